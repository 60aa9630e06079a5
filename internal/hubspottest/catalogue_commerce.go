package hubspottest

const currencyOptions = `EUR=Euro, USD=US Dollar, GBP=British Pound`

// commerceCatalogue lists the properties of a type of HubSpot's commerce
// tools, "" for others.
func commerceCatalogue(plural string) string {
	switch plural {
	case "products":
		return `
# productinformation | Product information
name | Name | text
description | Product description | textarea
price | Unit price | money
hs_price_eur | EUR price | money
hs_price_usd | USD price | money
hs_cost_of_goods_sold | Unit cost | money
hs_sku | SKU | text unique
hs_url | URL | text
hs_images | Image URL | text
hs_product_type | Product type | select | inventory=Inventory, non-inventory=Non-inventory, service=Service
hs_recurring_billing_period | Term | text
recurringbillingfrequency | Billing frequency | select | monthly=Monthly, quarterly=Quarterly, annually=Annually
hs_status | Status | select | active=Active, inactive=Inactive
hs_folder_name | Folder name | text
`
	case "line_items":
		return `
# lineiteminformation | Line item information
name | Name | text
description | Product description | textarea
hs_product_id | Product ID | id
hs_sku | SKU | text
price | Unit price | hsmoney
quantity | Quantity | number
amount | Net price | hsmoney ro
discount | Unit discount | hsmoney
hs_discount_percentage | Discount percentage | percentage
hs_line_item_currency_code | Currency | select | ` + currencyOptions + `
hs_currency_code | Currency code | select hidden | ` + currencyOptions + `
hs_cost_of_goods_sold | Unit cost | hsmoney
hs_margin | Margin | hsmoney ro
hs_mrr | Monthly recurring revenue | hsmoney ro
hs_arr | Annual recurring revenue | hsmoney ro
recurringbillingfrequency | Billing frequency | select | monthly=Monthly, quarterly=Quarterly, annually=Annually
hs_recurring_billing_start_date | Billing start date | date
hs_position_on_quote | Position on quote | number
hs_tax_amount | Tax amount | hsmoney ro
`
	case "quotes":
		return `
# quoteinformation | Quote information
hs_title | Quote title | text
hs_status | Quote status | select | DRAFT=Draft, PENDING_APPROVAL=Pending approval, APPROVED=Approved, REJECTED=Rejected, APPROVAL_NOT_NEEDED=Approval not needed
hs_quote_number | Quote number | text
hs_quote_amount | Quote amount | hsmoney ro
hs_currency | Currency | select | ` + currencyOptions + `
hs_currency_code | Currency code | select hidden | ` + currencyOptions + `
hs_expiration_date | Expiration date | datetime
hs_public_url_key | Public URL key | text ro
hs_proposal_slug | Slug | text
hs_language | Language | select | en=English, de=German, fr=French
hs_sender_firstname | Sender first name | text
hs_sender_lastname | Sender last name | text
hs_sender_email | Sender email | email
hs_sender_company_name | Sender company name | text
hs_terms | Terms | html
hs_esign_enabled | E-signature enabled | bool
hs_payment_enabled | Payment enabled | bool
`
	case "invoices":
		return `
# invoiceinformation | Invoice information
hs_number | Number | text unique ro
hs_title | Title | text
hs_invoice_status | Status | select | draft=Draft, open=Open, paid=Paid, voided=Voided
hs_currency | Currency | select | ` + currencyOptions + `
hs_currency_code | Currency code | select hidden | ` + currencyOptions + `
hs_invoice_date | Invoice date | datetime
hs_due_date | Due date | datetime
hs_amount_billed | Amount billed | hsmoney ro
hs_balance_due | Balance due | hsmoney ro
hs_amount_paid | Amount paid | hsmoney ro
hs_invoice_payment_collection_method | Payment collection | select | manual=Manual, automatic=Automatic
hs_purchase_order_number | Purchase order number | text
hs_comments | Comments | textarea
`
	case "subscriptions":
		return `
# subscriptioninformation | Subscription information
hs_name | Name | text
hs_status | Status | select | active=Active, past_due=Past due, canceled=Canceled, scheduled=Scheduled, paused=Paused
hs_recurring_billing_start_date | Start date | date
hs_next_payment_due_date | Next billing date | date ro
hs_recurring_revenue | Recurring revenue | hsmoney ro
hs_currency_code | Currency | select | ` + currencyOptions + `
hs_billing_frequency | Billing frequency | select | monthly=Monthly, quarterly=Quarterly, annually=Annually
hs_number_of_completed_payments | Completed payments | number ro
`
	case "commerce_payments":
		return `
# commerce_payment_information | Payment information
hs_customer_email | Customer email | email
hs_initial_amount | Gross amount | hsmoney ro
hs_fees_amount | Fees | hsmoney ro
hs_refunds_amount | Refunds | hsmoney ro
hs_net_amount | Net amount | hsmoney ro
hs_currency_code | Currency | select | ` + currencyOptions + `
hs_initiated_date | Initiated at | datetime ro
hs_latest_status | Status | select ro | succeeded=Succeeded, processing=Processing, failed=Failed, refunded=Refunded
hs_payment_method | Payment method | select | card=Card, sepa_debit=SEPA debit, ach=ACH
hs_reference_number | Reference number | text
`
	case "orders":
		return `
# order_information | Order information
hs_order_name | Order name | text
hs_external_order_id | External order ID | text unique
hs_pipeline | Pipeline | select
hs_pipeline_stage | Stage | select
hs_currency_code | Currency | select | ` + currencyOptions + `
hs_total_price | Total price | hsmoney
hs_subtotal_price | Subtotal | hsmoney
hs_tax | Tax | hsmoney
hs_shipping_cost | Shipping cost | hsmoney
hs_shipping_address_city | Shipping city | text
hs_shipping_address_street | Shipping street | text
hs_billing_address_email | Billing email | email
hs_fulfillment_status | Fulfillment status | text
hs_external_created_date | External created date | datetime
`
	case "carts":
		return `
# cart_information | Cart information
hs_cart_name | Cart name | text
hs_external_cart_id | External cart ID | text
hs_external_status | Status | text
hs_source_store | Source store | text
hs_total_price | Total price | hsmoney
hs_currency_code | Currency | select | ` + currencyOptions + `
hs_cart_url | Cart URL | text
hs_tax | Tax | hsmoney
`
	case "discounts", "fees", "taxes":
		return `
# pricing_information | Pricing information
hs_label | Label | text
hs_type | Type | select | FIXED=Fixed, PERCENT=Percent
hs_value | Value | number
hs_sort_order | Sort order | number
`
	case "contracts":
		return `
# contract_information | Contract information
hs_name | Name | text
hs_status | Status | select | draft=Draft, signed=Signed, expired=Expired
hs_start_date | Start date | date
hs_end_date | End date | date
hs_total_value | Total value | money
`
	}
	return ""
}
