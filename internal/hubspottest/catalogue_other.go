package hubspottest

// otherCatalogue lists the properties of the remaining standard types.
func otherCatalogue(plural string) string {
	switch plural {
	case "feedback_submissions":
		return `
# feedback_submission_information | Feedback submission information
hs_survey_name | Survey name | text ro
hs_survey_type | Survey type | select ro | NPS, CES, CSAT, CUSTOM=Custom
hs_submission_name | Submission name | text ro
hs_submission_timestamp | Date submitted | datetime ro
hs_content | Feedback response | textarea ro
hs_value | Rating | number ro
hs_response_group | Sentiment | select ro | promoter=Promoter, passive=Passive, detractor=Detractor
hs_survey_channel | Survey channel | select ro | EMAIL=Email, WEB=Website, CHAT=Chat
hs_contact_email_rollup | Contact email | email ro
`
	case "goal_targets":
		return `
# goal_target_information | Goal target information
hs_goal_name | Goal name | text
hs_target_amount | Target amount | money
hs_goal_type | Goal type | select | revenue=Revenue, deals_created=Deals created, calls_made=Calls made
hs_start_datetime | Start date | datetime
hs_end_datetime | End date | datetime
hs_kpi_value | In progress value | number ro
hs_outcome | Outcome | select ro | pending=Pending, met=Met, missed=Missed
`
	case "users":
		return `
# user_information | User information
hs_email | Email | email ro
hs_given_name | First name | text
hs_family_name | Last name | text
hs_job_title | Job title | text
hs_internal_user_id | User ID | id ro
hs_standard_time_zone | Time zone | select | Europe/Berlin=Europe/Berlin, Europe/London=Europe/London, America/New_York=America/New York
hs_working_hours | Working hours | json
hs_out_of_office_hours | Out of office hours | json
hs_availability_status | Availability status | select | available=Available, away=Away
hs_main_phone | Main phone | phone
hs_deactivated | Deactivated | bool ro
`
	case "services":
		return `
# service_information | Service information
hs_name | Name | text
hs_description | Description | textarea
hs_category | Category | checkbox | INSTALLATION=Installation, INSPECTION=Inspection, REPAIR=Repair
hs_status | Status | select | on_track=On track, at_risk=At risk, off_track=Off track
hs_pipeline | Pipeline | select
hs_pipeline_stage | Stage | select
hs_start_date | Start date | datetime
hs_target_end_date | Target end date | datetime
hs_total_cost | Total cost | money
hs_time_remaining | Time remaining | duration
`
	case "courses":
		return `
# course_information | Course information
hs_course_name | Course name | text
hs_course_id | Course ID | text unique
hs_course_description | Course description | html
hs_pipeline | Pipeline | select
hs_pipeline_stage | Stage | select
hs_course_start_date | Start date | datetime
hs_course_end_date | End date | datetime
hs_max_students | Maximum students | number
hs_price | Price | money
hs_level | Level | select | beginner=Beginner, intermediate=Intermediate, advanced=Advanced
`
	case "listings":
		return `
# listing_information | Listing information
hs_name | Name | text
hs_address_1 | Address | text
hs_city | City | text
hs_zip | Postal code | text
hs_price | Price | money
hs_bedrooms | Bedrooms | number
hs_bathrooms | Bathrooms | number
hs_square_footage | Square footage | number
hs_year_built | Year built | number
hs_listing_type | Listing type | select | house=House, apartment=Apartment, commercial=Commercial
hs_geolocation | Geolocation | object_coordinates
hs_pipeline | Pipeline | select
hs_pipeline_stage | Stage | select
`
	case "appointments":
		return `
# appointment_information | Appointment information
hs_appointment_name | Appointment name | text
hs_appointment_start | Start | datetime
hs_appointment_end | End | datetime
hs_duration | Duration | duration
hs_appointment_location | Location | text
hs_pipeline | Pipeline | select
hs_pipeline_stage | Stage | select
`
	case "projects":
		return `
# project_information | Project information
hs_name | Name | text
hs_description | Description | html
hs_type | Type | select | onboarding=Onboarding, implementation=Implementation, audit=Audit
hs_status | Status | select | on_track=On track, at_risk=At risk, blocked=Blocked
hs_priority | Priority | select | low=Low, medium=Medium, high=High
hs_pipeline | Pipeline | select | 139663aa-09ee-418f-b67d-c8cfcd2e5d5c=Project pipeline
hs_pipeline_stage | Stage | select | a2d1e4b0=Planned, a2d1e4b1=In progress, a2d1e4b2=Done
hs_target_due_date | Target due date | date
`
	case "marketing_events":
		return `
# marketing_event_information | Marketing event information
hs_event_name | Event name | text
hs_event_type | Event type | text
hs_event_organizer | Organizer | text
hs_event_description | Description | textarea
hs_event_url | Event URL | text
hs_start_datetime | Start | datetime
hs_end_datetime | End | datetime
hs_event_cancelled | Cancelled | bool
hs_event_completed | Completed | bool
hs_registrants | Registrants | number ro
hs_attendees | Attendees | number ro
hs_cancellations | Cancellations | number ro
hs_no_shows | No-shows | number ro
`
	case "partner_clients", "partner_services":
		return `
# partner_information | Partner information
hs_name | Name | text
hs_status | Status | select ro | active=Active, inactive=Inactive
hs_start_date | Start date | date ro
`
	}
	return ""
}
