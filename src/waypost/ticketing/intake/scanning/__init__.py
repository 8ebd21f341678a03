"""Files of mails are shown to the operator's virus scanner, where there is one."""
