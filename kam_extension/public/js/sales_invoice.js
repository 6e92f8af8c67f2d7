kam_extension.watch_document("Sales Invoice");
