"""A campaign before it begins: whom it is for, what it says, what it will cost."""
