// Package assessment owns what happens around one assessment: consent is given
// and withdrawn, an assessment is started, answered item by item or at once,
// completed into a segment and confirmed or given up, feedback is given, or
// somebody does not take part; and how long each phase of that takes.
//
// Every exported method of Service is one use case: it asks for the
// permission, checks the whole input and reports everything that is wrong at
// once, and makes the change and its audit row in one transaction.
//
// It belongs to the first floor. Store states what it needs of the database;
// it knows nothing of HTTP, of SQL or of documents.
package assessment
