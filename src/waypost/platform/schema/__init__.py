"""How tables are made safe: roles, grants and forced row security, written once and used by every migration."""
