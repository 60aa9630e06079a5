package portal

// The activities, which HubSpot links to records of every custom object.
const (
	typeCommunications = "0-18"
	typeTasks          = "0-27"
	typeNotes          = "0-46"
	typeMeetings       = "0-47"
	typeCalls          = "0-48"
	typeEmails         = "0-49"
	typePostalMail     = "0-116"
)

// activityTypes are what happens around a record. HubSpot reads most of them
// with the contacts scope.
func activityTypes() []StandardType {
	contacts := []string{"crm.objects.contacts.read"}
	return []StandardType{
		{
			TypeID: typeCommunications, Name: "communication", PluralName: "communications",
			SingularLabel: "Communication", PluralLabel: "Communications",
			Description:       "An SMS, WhatsApp or LinkedIn message.",
			DisplayProperties: []string{"hs_communication_channel_type"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: typeTasks, Name: "task", PluralName: "tasks",
			SingularLabel: "Task", PluralLabel: "Tasks",
			Description:       "Something to do.",
			DisplayProperties: []string{"hs_task_subject"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: typeNotes, Name: "note", PluralName: "notes",
			SingularLabel: "Note", PluralLabel: "Notes",
			Description:       "A note on one or more records.",
			DisplayProperties: []string{"hs_note_body"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: typeMeetings, Name: "meeting", PluralName: "meetings",
			SingularLabel: "Meeting", PluralLabel: "Meetings",
			Description:       "A meeting, held or planned.",
			DisplayProperties: []string{"hs_meeting_title"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: typeCalls, Name: "call", PluralName: "calls",
			SingularLabel: "Call", PluralLabel: "Calls",
			Description:       "A phone call.",
			DisplayProperties: []string{"hs_call_title"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: typeEmails, Name: "email", PluralName: "emails",
			SingularLabel: "Email", PluralLabel: "Emails",
			Description:       "A one-to-one e-mail. Its content needs the scope sales-email-read.",
			DisplayProperties: []string{"hs_email_subject"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: typePostalMail, Name: "postal_mail", PluralName: "postal_mail",
			SingularLabel: "Postal mail", PluralLabel: "Postal mail",
			Description:       "A letter sent or received.",
			DisplayProperties: []string{"hs_postal_mail_body"},
			Searchable:        true, Associable: true,
			Scopes: contacts,
		},
		{
			TypeID: "0-19", Name: "feedback_submission", PluralName: "feedback_submissions",
			SingularLabel: "Feedback submission", PluralLabel: "Feedback submissions",
			Description:       "An answer to a survey.",
			DisplayProperties: []string{"hs_survey_name"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.feedback_submissions.read", "crm.objects.contacts.read"},
		},
	}
}
