package peer

import (
	"encoding/json"
	"io"
	"strconv"
	"sync/atomic"
)

// Contact is a contact's properties as HubSpot's API names them.
type Contact struct {
	ID         string  `json:"-"`
	Email      *string `json:"email"`
	Firstname  *string `json:"firstname"`
	Lastname   *string `json:"lastname"`
	Phone      *string `json:"phone"`
	Jobtitle   *string `json:"jobtitle"`
	Company    *string `json:"company"`
	City       *string `json:"city"`
	Country    *string `json:"country"`
	Createdate *string `json:"createdate"`
	NumNotes   *Number `json:"num_notes"`

	companies atomic.Pointer[[]*Company] // once read, if answers are kept
}

// Company is a company's properties as HubSpot's API names them.
type Company struct {
	ID                string  `json:"-"`
	Name              *string `json:"name"`
	Domain            *string `json:"domain"`
	Phone             *string `json:"phone"`
	City              *string `json:"city"`
	State             *string `json:"state"`
	Zip               *string `json:"zip"`
	Country           *string `json:"country"`
	Description       *string `json:"description"`
	Createdate        *string `json:"createdate"`
	Numberofemployees *Number `json:"numberofemployees"`

	deals atomic.Pointer[[]*Deal] // once read, if answers are kept
}

// Deal is a deal's properties as HubSpot's API names them.
type Deal struct {
	Dealname              *string `json:"dealname"`
	Amount                *Number `json:"amount"`
	Closedate             *string `json:"closedate"`
	Createdate            *string `json:"createdate"`
	Description           *string `json:"description"`
	ClosedWonReason       *string `json:"closed_won_reason"`
	HsForecastAmount      *Number `json:"hs_forecast_amount"`
	HsForecastProbability *Number `json:"hs_forecast_probability"`
	DaysToClose           *Number `json:"days_to_close"`
	DealCurrencyCode      *Option `json:"deal_currency_code"`
}

// properties are what the server asks HubSpot for, always all of them: its
// types are read into whole.
var properties = map[string][]string{
	"contacts": {
		"email", "firstname", "lastname", "phone", "jobtitle", "company", "city", "country", "createdate", "num_notes",
	},
	"companies": {
		"name", "domain", "phone", "city", "state", "zip", "country", "description", "createdate", "numberofemployees",
	},
	"deals": {
		"dealname", "amount", "closedate", "createdate", "description", "closed_won_reason", "hs_forecast_amount",
		"hs_forecast_probability", "days_to_close", "deal_currency_code",
	},
}

// Option is a value of an enumeration.
type Option struct {
	Value string
}

// UnmarshalText takes the value that HubSpot sends.
func (o *Option) UnmarshalText(text []byte) error {
	o.Value = string(text)
	return nil
}

// Number is a decimal number as text, which HubSpot sends in a JSON string.
type Number string

// MarshalGQL writes the number without quotes; HubSpot's empty text is none.
func (n Number) MarshalGQL(w io.Writer) {
	if n == "" {
		n = "null"
	}
	_, _ = io.WriteString(w, string(n))
}

// UnmarshalGQL is there for gqlgen: no argument is a Number.
func (n *Number) UnmarshalGQL(v any) error {
	number, ok := v.(json.Number)
	*n = Number(number)
	if !ok {
		return strconv.ErrSyntax
	}
	return nil
}
