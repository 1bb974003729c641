// Package archive owns the way of a document from the house to its archive: the
// queue of what is to be handed over, the worker that hands it over, and what an
// administrator sees of both.
//
// A use case queues a [Job] in the same transaction as the change that the
// document tells about, so that there is never one without the other. A [Worker]
// takes the jobs one by one, has each rendered and hands it to a [Target], until
// the target has it: it never gives up. It hands over at least once, always under
// the job's id, and the target makes that once.
//
// The worker is the program itself, at work for nobody: it does what a consent
// and the law of records ask for, whoever is logged in. It therefore asks for no
// permission, which are for people and for what they see, and stands in the audit
// as the role system. Nothing that it reads is shown to anybody: it goes into the
// document and from there to the archive. What people do with the queue, looking
// at it and hurrying it, is in [Service] and asks for access.Manage.
//
// It belongs to the first floor. It knows neither what is in a document nor how
// one is drawn, which is package document's, nor where the archive is: package
// archivedir is the one target so far.
package archive
