// Package archivedir owns the archive that is a directory: one folder for each
// document, named by its id alone, with the document and its manifest in it.
//
//	ARCHIVE/7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b/document.pdf
//	ARCHIVE/7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b/manifest.json
//
// A folder comes whole or not at all. It is written under a name that begins with
// ".new-", everything in it is flushed to the disk, and one rename puts it in its
// place; a rename onto a folder that is there already fails, so that of two who
// write the same document at once one wins and the other takes what is there. The
// manifests together are the manifest of the archive: one file that all append to
// would be torn by a kill, and by two instances.
//
// What may be in a manifest is codes, ids, times and hashes, never anything about
// a person; that is in the documents alone. Files are for their owner only.
//
// It belongs to the second floor and implements archive.Target. It deletes
// nothing but what it left unfinished itself.
package archivedir
