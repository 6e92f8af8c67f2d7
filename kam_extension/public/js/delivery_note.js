kam_extension.watch_document("Delivery Note");
