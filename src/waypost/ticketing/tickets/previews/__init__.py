"""Files as pictures: what an agent wants to glance at without opening a program for it."""
