package hubspottest

// catalogue lists the properties of one standard type, besides the common
// ones, in the notation of addCatalogue. They are a realistic part of what
// HubSpot has: about a quarter of a fresh portal's.
func catalogue(plural string) string {
	switch plural {
	case "contacts":
		return contactCatalogue
	case "companies":
		return companyCatalogue
	case "deals":
		return dealCatalogue
	case "tickets":
		return ticketCatalogue
	case "leads":
		return leadCatalogue
	}
	if text := activityCatalogue(plural); text != "" {
		return text
	}
	if text := commerceCatalogue(plural); text != "" {
		return text
	}
	return otherCatalogue(plural)
}

const lifecycleOptions = `subscriber=Subscriber, lead=Lead, marketingqualifiedlead=Marketing Qualified Lead, salesqualifiedlead=Sales Qualified Lead, opportunity=Opportunity, customer=Customer, evangelist=Evangelist, other=Other`

const sourceOptions = `ORGANIC_SEARCH=Organic Search, PAID_SEARCH=Paid Search, EMAIL_MARKETING=Email Marketing, SOCIAL_MEDIA=Organic Social, REFERRALS=Referrals, OTHER_CAMPAIGNS=Other Campaigns, DIRECT_TRAFFIC=Direct Traffic, OFFLINE=Offline Sources, PAID_SOCIAL=Paid Social`

const contactCatalogue = `
# contactinformation | Contact information
firstname | First Name | text form
lastname | Last Name | text form
email | Email | email unique form
hs_additional_emails | Additional email addresses | checkbox hidden
hs_email_domain | Email Domain | domain ro
salutation | Salutation | text form
jobtitle | Job Title | text form
job_function | Job function | text form
seniority | Seniority | text
phone | Phone Number | phone form
mobilephone | Mobile Phone Number | phone form
fax | Fax Number | phone form
hs_searchable_calculated_phone_number | Calculated Phone Number | calculated hidden ro
hs_searchable_calculated_mobile_number | Calculated Mobile Number | calculated hidden ro
company | Company Name | text form
website | Website URL | text form
address | Street Address | text form
city | City | text form
state | State/Region | text form
zip | Postal Code | text form
country | Country/Region | text form
hs_country_region_code | Country/Region Code | text
hs_language | Preferred language | select form | en=English, de=German, fr=French, es=Spanish, nl=Dutch, da=Danish
hs_timezone | Time Zone | select | europe_slash_berlin=UTC +01:00 Europe Berlin, europe_slash_london=UTC +00:00 Europe London, us_slash_eastern=UTC -05:00 US Eastern
date_of_birth | Date of birth | text
gender | Gender | text
marital_status | Marital Status | text
hs_linkedin_url | LinkedIn URL | text
twitterhandle | Twitter Username | text
hs_avatar_filemanager_key | Avatar FileManager key | text hidden ro
message | Message | textarea form
lifecyclestage | Lifecycle Stage | radio form | ` + lifecycleOptions + `
hs_lead_status | Lead Status | radio form | NEW=New, OPEN=Open, IN_PROGRESS=In Progress, OPEN_DEAL=Open Deal, UNQUALIFIED=Unqualified, ATTEMPTED_TO_CONTACT=Attempted to Contact, CONNECTED=Connected, BAD_TIMING=Bad Timing
hs_buying_role | Buying Role | checkbox | BLOCKER=Blocker, BUDGET_HOLDER=Budget Holder, CHAMPION=Champion, DECISION_MAKER=Decision Maker, END_USER=End User, EXECUTIVE_SPONSOR=Executive Sponsor, INFLUENCER=Influencer
hs_persona | Persona | select | persona_1=Facility manager, persona_2=Energy buyer, persona_3=Installer
industry | Industry | text form
numemployees | Number of Employees | select form | 1-5, 5-25, 25-50, 50-100, 100-500, 500-1000, 1000+
annualrevenue | Annual Revenue | text form
associatedcompanyid | Primary Associated Company ID | company ro
total_revenue | Total Revenue | rollup ro
recent_deal_amount | Recent Deal Amount | rollup ro
recent_deal_close_date | Recent Deal Close Date | datetime ro
first_deal_created_date | First Deal Created Date | datetime ro
num_associated_deals | Number of Associated Deals | rollup ro
num_notes | Number of Sales Activities | number ro
num_contacted_notes | Number of times contacted | number ro
notes_last_contacted | Last Contacted | datetime ro
notes_last_updated | Last Activity Date | datetime ro
notes_next_activity_date | Next Activity Date | datetime ro
closedate | Close Date | datetime
hubspotscore | HubSpot Score | score ro
hs_predictivecontactscore_v2 | Likelihood to close | probability ro
hs_is_contact | Is a contact | bool ro hidden
hs_is_unworked | Contact unworked | bool ro
hs_marketable_status | Marketing contact status | boolenum ro
hs_marketable_until_renewal | Marketing contact until next update | boolenum ro
hs_email_optout | Unsubscribed from all email | boolenum
hs_email_bounce | Marketing emails bounced | number ro
hs_email_open | Marketing emails opened | number ro
hs_email_click | Marketing emails clicked | number ro
hs_email_last_open_date | Last marketing email open date | datetime ro
hs_sales_email_last_replied | Recent Sales Email Replied Date | datetime ro
hs_legal_basis | Legal basis for processing contact's data | checkbox | Legitimate interest – prospect/lead, Legitimate interest – existing customer, Performance of a contract, Freely given consent from contact, Not applicable
# contactlifecycle | Contact lifecycle
hs_lifecyclestage_lead_date | Became a Lead Date | datetime ro
hs_lifecyclestage_customer_date | Became a Customer Date | datetime ro
hs_time_between_contact_creation_and_deal_creation | Time between contact creation and deal creation | duration ro
days_to_close | Days To Close | number ro
# analyticsinformation | Web analytics history
hs_analytics_source | Original Traffic Source | select ro | ` + sourceOptions + `
hs_latest_source | Latest Traffic Source | select ro | ` + sourceOptions + `
hs_analytics_num_visits | Number of Sessions | number ro
hs_analytics_num_page_views | Number of Pageviews | number ro
hs_analytics_first_timestamp | Time First Seen | datetime ro
hs_analytics_last_timestamp | Time Last Seen | datetime ro
hs_analytics_first_url | First Page Seen | text ro
num_unique_conversion_events | Number of Unique Forms Submitted | number ro
recent_conversion_event_name | Recent Conversion | text ro
recent_conversion_date | Recent Conversion Date | datetime ro
`

const companyCatalogue = `
# companyinformation | Company information
name | Company name | text form
domain | Company Domain Name | domain form
hs_additional_domains | Additional Domains | checkbox
website | Website URL | text form
description | Description | textarea form
about_us | About Us | textarea
phone | Phone Number | phone form
hs_searchable_calculated_phone_number | Calculated Phone Number | calculated hidden ro
address | Street Address | text form
address2 | Street Address 2 | text form
city | City | text form
state | State/Region | text form
zip | Postal Code | text form
country | Country/Region | text form
hs_country_code | Country code | text
timezone | Time Zone | text
industry | Industry | select form | CONSTRUCTION=Construction, RENEWABLES_ENVIRONMENT=Renewables & Environment, FACILITIES_SERVICES=Facilities Services, FOOD_PRODUCTION=Food Production, HOSPITALITY=Hospitality, HOSPITAL_HEALTH_CARE=Hospital & Health Care, LOGISTICS_AND_SUPPLY_CHAIN=Logistics and Supply Chain, MACHINERY=Machinery, REAL_ESTATE=Real Estate, RETAIL=Retail, EDUCATION_MANAGEMENT=Education Management, GOVERNMENT_ADMINISTRATION=Government Administration
type | Type | select form | PROSPECT=Prospect, PARTNER=Partner, RESELLER=Reseller, VENDOR=Vendor, OTHER=Other
lifecyclestage | Lifecycle Stage | radio | ` + lifecycleOptions + `
hs_lead_status | Lead Status | radio | NEW=New, OPEN=Open, IN_PROGRESS=In Progress, OPEN_DEAL=Open Deal, UNQUALIFIED=Unqualified, CONNECTED=Connected
numberofemployees | Number of Employees | number form
hs_employee_range | Employee range | select | 1, 2-10, 11-50, 51-200, 201-500, 501-1000, 1001-5000
annualrevenue | Annual Revenue | money form
hs_annual_revenue_currency_code | Annual Revenue Currency | select | EUR=Euro, USD=US Dollar, GBP=British Pound
total_revenue | Total Revenue | rollup ro
total_money_raised | Total Money Raised | text
recent_deal_amount | Recent Deal Amount | rollup ro
recent_deal_close_date | Recent Deal Close Date | datetime ro
num_associated_contacts | Number of Associated Contacts | rollup ro
num_associated_deals | Number of Associated Deals | rollup ro
hs_num_open_deals | Number of open deals | rollup ro
hs_num_decision_makers | Number of decision makers | rollup ro
hs_num_child_companies | Number of child companies | number ro
hs_parent_company_id | Parent Company | company ro
founded_year | Year Founded | text form
is_public | Is Public | boolenum
hs_is_target_account | Target Account | boolenum
hs_ideal_customer_profile | Ideal Customer Profile Tier | select | tier_1=Tier 1, tier_2=Tier 2, tier_3=Tier 3
web_technologies | Web Technologies | checkbox | google_analytics=Google Analytics, shopify=Shopify, salesforce=Salesforce, wordpress=WordPress, hubspot=HubSpot, cloudflare=Cloudflare
linkedin_company_page | LinkedIn Company Page | text
linkedinbio | LinkedIn Bio | text
twitterhandle | Twitter Handle | text
facebook_company_page | Facebook Company Page | text
hs_logo_url | Logo URL | text
hs_keywords | Keywords | checkbox hidden
notes_last_contacted | Last Contacted | datetime ro
notes_last_updated | Last Activity Date | datetime ro
notes_next_activity_date | Next Activity Date | datetime ro
num_notes | Number of Sales Activities | number ro
num_contacted_notes | Number of times contacted | number ro
closedate | Close Date | datetime
days_to_close | Days to Close | number ro
first_contact_createdate | First Contact Create Date | datetime ro
first_deal_created_date | First Deal Created Date | datetime ro
hs_analytics_source | Original Traffic Source | select ro | ` + sourceOptions + `
hs_latest_source | Latest Traffic Source | select ro | ` + sourceOptions + `
hs_analytics_num_visits | Number of Sessions | number ro
hs_analytics_num_page_views | Number of Pageviews | number ro
hs_csm_sentiment | Company sentiment | select | positive=Positive, neutral=Neutral, negative=Negative
`

const dealCatalogue = `
# dealinformation | Deal information
dealname | Deal Name | text form
amount | Amount | dealmoney form
amount_in_home_currency | Amount in company currency | money ro
deal_currency_code | Currency | select | EUR=Euro, USD=US Dollar, GBP=British Pound
dealtype | Deal Type | radio | newbusiness=New Business, existingbusiness=Existing Business
description | Deal Description | textarea form
pipeline | Pipeline | select
dealstage | Deal Stage | radio
closedate | Close Date | datetime form
hs_priority | Priority | select | low=Low, medium=Medium, high=High
hs_forecast_amount | Forecast amount | dealmoney
hs_forecast_probability | Forecast probability | probability
hs_manual_forecast_category | Forecast category | select | OMIT=Not forecasted, PIPELINE=Pipeline, BEST_CASE=Best case, COMMIT=Commit, CLOSED=Closed won
hs_deal_stage_probability | Deal probability | probability ro
hs_projected_amount | Weighted amount | dealmoney ro
hs_projected_amount_in_home_currency | Weighted amount in company currency | money ro
hs_is_closed | Is Deal Closed? | bool ro
hs_is_closed_won | Is Closed Won | bool ro
hs_is_closed_lost | Is closed lost | bool ro
hs_is_deal_split | Is deal split | bool ro
hs_closed_amount | Closed Deal Amount | dealmoney ro
hs_closed_won_date | Closed won date | datetime ro
closed_won_reason | Closed Won Reason | textarea
closed_lost_reason | Closed Lost Reason | textarea
days_to_close | Days to close | number ro
hs_days_to_close_raw | Days to close (without rounding) | number ro
hs_acv | Annual contract value | dealmoney
hs_arr | Annual recurring revenue | dealmoney
hs_mrr | Monthly recurring revenue | dealmoney
hs_tcv | Total contract value | dealmoney
hs_num_of_associated_line_items | Number of Associated Line Items | number ro
num_associated_contacts | Number of Associated Contacts | rollup ro
hs_next_step | Next step | text
hs_primary_associated_company | Primary Associated Company | company ro
hs_date_entered_closedwon | Date entered "Closed Won (Sales Pipeline)" | datetime ro
hs_v2_time_in_current_stage | Time in current stage | datetime ro
hs_deal_score | Deal Score | score ro
hs_likelihood_to_close | Likelihood to close by the close date | probability ro
hs_tag_ids | Deal Tags | checkbox | 1=Renewal, 2=At risk, 3=Big deal
hs_analytics_source | Original Traffic Source | select ro | ` + sourceOptions + `
hs_latest_meeting_activity | Latest meeting activity | datetime ro
notes_last_contacted | Last Contacted | datetime ro
notes_last_updated | Last Activity Date | datetime ro
notes_next_activity_date | Next Activity Date | datetime ro
num_notes | Number of Sales Activities | number ro
hs_deal_registration_mrr | Deal registration MRR | money
hs_was_imported_from_partner | Imported from partner | bool hidden
`

const ticketCatalogue = `
# ticketinformation | Ticket information
subject | Ticket name | text form
content | Ticket description | textarea form
hs_pipeline | Pipeline | select
hs_pipeline_stage | Ticket status | select
hs_ticket_priority | Priority | select | LOW=Low, MEDIUM=Medium, HIGH=High, URGENT=Urgent
hs_ticket_category | Category | checkbox | PRODUCT_ISSUE=Product issue, BILLING_ISSUE=Billing issue, FEATURE_REQUEST=Feature request, GENERAL_INQUIRY=General inquiry
hs_ticket_id | Ticket ID | id ro
source_type | Source | select | CHAT=Chat, EMAIL=Email, FORM=Form, PHONE=Phone
hs_resolution | Resolution | select | ISSUE_FIXED=Issue fixed, SHARED_DOCUMENTATION=Shared documentation, FEATURE_REQUEST_TRACKED=Feature request tracked, WONT_FIX=Won't fix
closed_date | Close date | datetime ro
first_agent_reply_date | First agent response date | datetime ro
last_reply_date | Last response date | datetime ro
time_to_close | Time to close | duration ro
time_to_first_agent_reply | Time to first agent reply | duration ro
hs_time_to_close_sla_status | Time to close SLA status | select ro | 1=Active, 2=Completed on time, 3=Overdue
hs_time_to_close_sla_at | Time to close SLA due date | datetime ro
hs_is_closed | Is closed | bool ro
hs_num_times_contacted | Number of times contacted | number ro
hs_customer_agent_ticket_status | Customer agent status | text ro
hs_last_message_received_at | Last message received | datetime ro
hs_last_closed_date | Last closed date | datetime ro
hs_file_upload | File upload | file form
hs_ticket_language_ai_tag | Language | select | en=English, de=German, fr=French
hs_tag_ids | Ticket Tags | checkbox | 11=Escalated, 12=VIP, 13=Warranty
notes_last_contacted | Last contacted | datetime ro
notes_last_updated | Last activity date | datetime ro
num_notes | Number of sales activities | number ro
created_by | Created by | id ro
nps_score | Conversation NPS score | number
`

const leadCatalogue = `
# leadinformation | Lead information
hs_lead_name | Lead name | text form
hs_lead_type | Lead type | select | NEW_BUSINESS=New business, RE_ATTEMPTING=Re-attempting, UPSELL=Upsell
hs_lead_label | Lead label | select | HOT=Hot, WARM=Warm, COLD=Cold
hs_pipeline | Lead pipeline | select
hs_pipeline_stage | Lead pipeline stage | select
hs_lead_source | Lead source | select ro | ` + sourceOptions + `
hs_lead_is_open | Is open | bool ro
hs_lead_disqualification_reason | Disqualification reason | select | BUDGET=Budget, TIMING=Timing, NO_FIT=No fit
hs_primary_contact_id | Primary contact | id ro
hs_primary_company_id | Primary company | id ro
hs_associated_contact_email | Associated contact email | email ro
hs_associated_company_name | Associated company name | text ro
hs_last_activity_date | Last activity date | datetime ro
hs_num_outreach_attempts | Outreach attempts | number ro
`
