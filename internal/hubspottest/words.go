package hubspottest

import (
	"fmt"
	"strings"
)

// named draws the value of a property whose name says what belongs there.
func (g *generator) named(name string) (string, bool) {
	switch name {
	case "firstname", "hs_given_name", "hs_sender_firstname", "hs_email_from_firstname":
		return g.pick(firstNames()), true
	case "lastname", "hs_family_name", "hs_sender_lastname":
		return g.pick(lastNames()), true
	case "company", "name", "hs_sender_company_name":
		return g.pick(companyWords()) + " " + g.pick(companySuffixes()), true
	case "city", "hs_city", "hs_shipping_address_city":
		return g.pick(cities()), true
	case "country":
		return g.pick([]string{"Germany", "Austria", "Netherlands", "Denmark", "France"}), true
	case "jobtitle", "hs_job_title":
		return g.pick(jobTitles()), true
	case "address", "hs_address_1", "hs_shipping_address_street":
		return fmt.Sprintf("%s %d", g.pick(streets()), 1+g.IntN(120)), true
	case "dealname":
		return fmt.Sprintf("%s – %s", g.pick(companyWords()), g.pick(offers())), true
	case "amount":
		return fmt.Sprintf("%d", 500*(1+g.IntN(300))), true
	case "subject", "hs_lead_name", "hs_title", "hs_order_name", "hs_cart_name", "hs_name", "hs_goal_name",
		"hs_course_name", "hs_appointment_name", "hs_label", "hs_survey_name", "hs_submission_name",
		"hs_meeting_title", "hs_call_title", "hs_task_subject", "hs_email_subject":
		return fmt.Sprintf("%s %d", g.pick(offers()), g.id), true
	case "hs_sku", "hs_number", "hs_external_order_id", "hs_course_id", "hs_quote_number":
		return fmt.Sprintf("%s-%05d", strings.ToUpper(name[3:6]), g.id), true
	case "hs_email", "hs_customer_email", "hs_email_to_email", "hs_email_from_email", "hs_sender_email":
		return fmt.Sprintf("%s.%d@example.org", asciiLower(g.pick(firstNames())), g.id), true
	case "email", "domain":
		return "", true // made to fit the names afterwards
	}
	return "", false
}

// asciiLower keeps the letters of a name that an address can have.
func asciiLower(s string) string {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b = append(b, byte(c))
		case c >= 'A' && c <= 'Z':
			b = append(b, byte(c-'A'+'a'))
		case c == 'ä':
			b = append(b, "ae"...)
		case c == 'ö' || c == 'ø':
			b = append(b, "oe"...)
		case c == 'ü':
			b = append(b, "ue"...)
		case c == 'ß':
			b = append(b, "ss"...)
		case c == 'é' || c == 'ë':
			b = append(b, 'e')
		case c == 'ç':
			b = append(b, 'c')
		}
	}
	return string(b)
}

// domainOf makes a domain that nobody can own out of a company's name.
func domainOf(company string) string {
	word, _, _ := strings.Cut(company, " ")
	return asciiLower(word) + ".example"
}

func firstNames() []string {
	return []string{
		"Anna", "Ben", "Clara", "David", "Elif", "Felix", "Greta", "Hannah", "Ivan", "Jana", "Jonas", "Katrin", "Lars",
		"Lena", "Mara", "Mehmet", "Mia", "Nils", "Nora", "Ole", "Paula", "Quirin", "Rosa", "Samir", "Sofie", "Søren",
		"Theo", "Ulla", "Victor", "Wiebke", "Yara", "Zoë", "André", "Beatriz", "Chloé", "Daan", "Emma", "François",
		"Ingrid", "Joost", "Karin", "Liam", "Maya", "Noah", "Olivia", "Pieter", "Ruth", "Sarah", "Tom", "Wei",
	}
}

func lastNames() []string {
	return []string{
		"Albers", "Becker", "Carstens", "Demir", "Ebert", "Fischer", "Graf", "Hansen", "Iversen", "Jansen", "Keller",
		"Lindner", "Møller", "Neumann", "Ott", "Petersen", "Quast", "Richter", "Schäfer", "Thomsen", "Ulrich", "Vogel",
		"Weber", "Yilmaz", "Ziegler", "de Vries", "van Dijk", "Dubois", "Moreau", "Nielsen", "Larsen", "Koch", "Bauer",
		"Wolf", "Schröder", "Krüger", "Hofmann", "Lange", "Peters", "Müller", "Schmidt", "O'Brien", "Kowalski", "Novak",
	}
}

func companyWords() []string {
	return []string{
		"Aurora", "Birkenhof", "Calypso", "Dampfwerk", "Eichberg", "Falken", "Grünfeld", "Hafenblick", "Inselhof",
		"Juniper", "Kranich", "Lindenau", "Meridian", "Nordwind", "Ostsee", "Pinienhain", "Quellen", "Rosenthal",
		"Solaris", "Talblick", "Uferpark", "Vierländer", "Westfalen", "Zenit", "Alster", "Bergmann", "Contor",
		"Domino", "Elbufer", "Frisia", "Gamma", "Heidekraut", "Ikarus", "Jade", "Kompass", "Leuchtturm",
	}
}

func companySuffixes() []string {
	return []string{
		"Hotels", "Logistics", "Foods", "Property Group", "Bakeries", "Clinics", "Schools", "Retail", "Engineering",
		"Farms", "Breweries", "Print", "Textiles", "Wohnbau", "GmbH", "AG", "BV", "ApS", "& Sons", "Holding",
	}
}

func cities() []string {
	return []string{
		"Hamburg", "Berlin", "Bremen", "Kiel", "Lübeck", "Rostock", "Hannover", "Köln", "München", "Leipzig",
		"Wien", "Graz", "Utrecht", "Groningen", "Aarhus", "Odense", "Lyon", "Strasbourg",
	}
}

func streets() []string {
	return []string{"Hafenstraße", "Lindenallee", "Marktplatz", "Am Deich", "Bahnhofstraße", "Schulweg", "Industriestraße", "Ringstraße"}
}

func jobTitles() []string {
	return []string{
		"Managing Director", "Facility Manager", "Head of Operations", "Energy Manager", "Procurement Manager",
		"CFO", "Office Manager", "Technical Lead", "Sustainability Officer", "Accountant", "Site Manager", "Owner",
	}
}

func offers() []string {
	return []string{
		"Rooftop solar 80 kWp", "Battery storage", "Charging park", "Energy audit", "Heat pump retrofit",
		"Maintenance contract", "Monitoring upgrade", "Roof expansion", "LED refit", "Load management",
	}
}

func sentences() []string {
	return []string{
		"Wants a second offer with storage before the board meets in May.",
		"Roof survey is done; statics report follows next week.",
		"Asked for references from other hotels on the coast.",
		"Grid operator needs the form \"E.8\" signed by both sides.",
		"Budget is approved.\nContract goes to legal on Monday.",
		"Inverter 3 reports an insulation fault after rain.",
		"Prefers calls before 10 o'clock – never on Fridays.",
		"Renewal is due; current plan no longer fits the load.",
	}
}
