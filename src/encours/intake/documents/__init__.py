"""Files of invoices, credit notes and payments."""
