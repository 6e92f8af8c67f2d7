kam_extension.watch_document("Sales Order");
