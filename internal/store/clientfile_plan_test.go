package store

// ClientFileParts are the queries by which a client's own file is found, with
// their parameters as a test writes them.
var ClientFileParts = []string{
	"SELECT * FROM consents WHERE id IN (" + consentsOfVisits + ")",
	"SELECT * FROM assessments WHERE id IN (" + visitsOfClient + ")",
	"SELECT * FROM invitations WHERE id IN (" + invitationsOfClient + ")",
	"SELECT * FROM audit_events WHERE subject_id IN ('a', 'b')",
	"SELECT * FROM archive_jobs WHERE " + ofArchive + "subject_id IN (@consent)",
}
