"""One file with the database and the documents, of either engine, restorable on either."""
