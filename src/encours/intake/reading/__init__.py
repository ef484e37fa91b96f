"""Files at the door: CSV and XLSX of any encoding into rows with their line numbers, within hard bounds."""
