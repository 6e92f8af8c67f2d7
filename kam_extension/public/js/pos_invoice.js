kam_extension.watch_document("POS Invoice");
