package hubspottest

// activityCatalogue lists the properties of a type of activity, "" for others.
func activityCatalogue(plural string) string {
	const common = `
hs_timestamp | Activity date | datetime
hs_attachment_ids | Attached file IDs | checkbox hidden
hs_activity_type | Call and meeting type | select | Discovery call, Product demo, Quarterly review
hs_body_preview | Body preview | text ro
hs_body_preview_html | HTML body preview | html hidden ro
hs_body_preview_is_truncated | Body preview truncated | bool hidden ro
hs_engagement_source | Engagement source | text ro
`
	switch plural {
	case "calls":
		return "# call | Call information" + common + `
hs_call_title | Call title | text
hs_call_body | Call notes | html
hs_call_direction | Call direction | select | INBOUND=Inbound, OUTBOUND=Outbound
hs_call_disposition | Call outcome | select | f240bbac-87c9-4f6e-bf70-924b57d47db7=Connected, b2cf5968-551e-4856-9783-52b3da59a7d0=Left voicemail, 73a0d17f-1163-4015-bdd5-ec830791da20=No answer, 9d9162e7-6cf3-4944-bf63-4dff82258764=Busy
hs_call_duration | Call duration | duration
hs_call_from_number | From number | phone
hs_call_to_number | To number | phone
hs_call_recording_url | Recording URL | text
hs_call_status | Call status | select | COMPLETED=Completed, MISSED=Missed, NO_ANSWER=No answer, BUSY=Busy
hs_call_summary | Call summary | textarea
hs_call_has_transcript | Transcript available | bool ro
`
	case "emails":
		return "# email | Email information" + common + `
hs_email_subject | Email subject | text
hs_email_text | Text body | textarea
hs_email_html | HTML body | html
hs_email_direction | Email direction | select | EMAIL=Outgoing, INCOMING_EMAIL=Incoming, FORWARDED_EMAIL=Forwarded
hs_email_status | Email send status | select | SENT=Sent, BOUNCED=Bounced, FAILED=Failed, SCHEDULED=Scheduled
hs_email_from_email | From address | email ro
hs_email_from_firstname | From first name | text ro
hs_email_to_email | To address | email ro
hs_email_headers | Email headers | json
hs_email_open_count | Number of opens | number ro
hs_email_click_count | Number of clicks | number ro
hs_email_thread_id | Thread ID | text hidden ro
`
	case "meetings":
		return "# meeting | Meeting information" + common + `
hs_meeting_title | Meeting name | text
hs_meeting_body | Meeting description | html
hs_internal_meeting_notes | Internal meeting notes | html
hs_meeting_location | Meeting location | text
hs_meeting_external_url | External URL | text
hs_meeting_outcome | Meeting outcome | select | SCHEDULED=Scheduled, COMPLETED=Completed, RESCHEDULED=Rescheduled, NO_SHOW=No show, CANCELED=Canceled
hs_meeting_start_time | Meeting start time | datetime
hs_meeting_end_time | Meeting end time | datetime
hs_attendee_owner_ids | Attendee owner IDs | owners
`
	case "notes":
		return "# note | Note information" + common + `
hs_note_body | Note body | html
`
	case "tasks":
		return "# task | Task information" + common + `
hs_task_subject | Task title | text
hs_task_body | Task notes | html
hs_task_status | Task status | select | NOT_STARTED=Not started, IN_PROGRESS=In progress, WAITING=Waiting, DEFERRED=Deferred, COMPLETED=Completed
hs_task_priority | Priority | select | NONE=None, LOW=Low, MEDIUM=Medium, HIGH=High
hs_task_type | Task type | select | TODO=To-do, CALL=Call, EMAIL=Email, LINKED_IN_MESSAGE=LinkedIn message
hs_task_is_completed | Is completed | number ro
hs_task_completion_date | Completed at | datetime ro
hs_task_reminders | Reminders | text
hs_queue_membership_ids | Queue | checkbox | 901=Renewals, 902=Follow-ups
`
	case "communications":
		return "# communication | Communication information" + common + `
hs_communication_channel_type | Channel type | select | SMS, WHATS_APP=WhatsApp, LINKEDIN_MESSAGE=LinkedIn message
hs_communication_body | Body | html
hs_communication_logged_from | Logged from | select | CRM
`
	case "postal_mail":
		return "# postal_mail | Postal mail information" + common + `
hs_postal_mail_type | Mail type | select | SENT=Sent, RECEIVED=Received
hs_postal_mail_body | Body | html
`
	}
	return ""
}
