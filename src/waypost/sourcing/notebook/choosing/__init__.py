"""One status for many offers: a frozen selection, its receipt, its way back."""
