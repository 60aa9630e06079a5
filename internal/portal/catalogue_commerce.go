package portal

// eCommerce is the older scope that still opens products and what is sold.
const eCommerce = "e-commerce"

// commerceTypes are what is sold, billed and paid.
func commerceTypes() []StandardType {
	lineItemScopes := []string{"crm.objects.line_items.read", eCommerce}
	return []StandardType{
		{
			// HubSpot: products cannot be associated; a line item refers to one.
			TypeID: "0-7", Name: "product", PluralName: "products",
			SingularLabel: "Product", PluralLabel: "Products",
			Description:       "Something in the catalogue that can be sold.",
			DisplayProperties: []string{"name"},
			Searchable:        true,
			Scopes:            []string{"crm.objects.products.read", eCommerce},
		},
		{
			TypeID: "0-8", Name: "line_item", PluralName: "line_items",
			SingularLabel: "Line item", PluralLabel: "Line items",
			Description:       "A product as sold in a deal, quote, order or invoice.",
			DisplayProperties: []string{"name"},
			Searchable:        true, Associable: true,
			Scopes: lineItemScopes,
		},
		{
			TypeID: "0-14", Name: "quote", PluralName: "quotes",
			SingularLabel: "Quote", PluralLabel: "Quotes",
			Description:       "An offer with prices.",
			DisplayProperties: []string{"hs_title"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.quotes.read", eCommerce},
		},
		{
			TypeID: "0-53", Name: "invoice", PluralName: "invoices",
			SingularLabel: "Invoice", PluralLabel: "Invoices",
			Description:       "A bill.",
			DisplayProperties: []string{"hs_number"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.invoices.read"},
		},
		{
			TypeID: "0-69", Name: "subscription", PluralName: "subscriptions",
			SingularLabel: "Subscription", PluralLabel: "Subscriptions",
			Description:       "A recurring payment.",
			DisplayProperties: []string{"hs_name"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.subscriptions.read"},
		},
		{
			TypeID: "0-84", Name: "discount", PluralName: "discounts",
			SingularLabel: "Discount", PluralLabel: "Discounts",
			Description:       "A discount on a line item, quote or order.",
			DisplayProperties: []string{"hs_label"},
			Searchable:        true, Associable: true,
			Scopes: lineItemScopes,
		},
		{
			TypeID: "0-85", Name: "fee", PluralName: "fees",
			SingularLabel: "Fee", PluralLabel: "Fees",
			Description:       "A fee on a line item, quote or order.",
			DisplayProperties: []string{"hs_label"},
			Searchable:        true, Associable: true,
			Scopes: lineItemScopes,
		},
		{
			TypeID: "0-86", Name: "tax", PluralName: "taxes",
			SingularLabel: "Tax", PluralLabel: "Taxes",
			Description:       "A tax on a line item, quote or order.",
			DisplayProperties: []string{"hs_label"},
			Searchable:        true, Associable: true,
			Scopes: lineItemScopes,
		},
		{
			TypeID: "0-101", Name: "commerce_payment", PluralName: "commerce_payments",
			SingularLabel: "Payment", PluralLabel: "Payments",
			Description:       "A payment received.",
			DisplayProperties: []string{"hs_object_id"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.commercepayments.read"},
		},
		{
			TypeID: "0-123", Name: "order", PluralName: "orders",
			SingularLabel: "Order", PluralLabel: "Orders",
			Description:       "A purchase on its way through a pipeline.",
			DisplayProperties: []string{"hs_order_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.orders.read"},
		},
		{
			TypeID: "0-142", Name: "cart", PluralName: "carts",
			SingularLabel: "Cart", PluralLabel: "Carts",
			Description:       "A shopping cart.",
			DisplayProperties: []string{"hs_cart_name"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.carts.read"},
		},
		{
			// HubSpot documents neither a type ID for contracts nor a search nor
			// associations.
			TypeID: "contracts", Name: "contract", PluralName: "contracts",
			SingularLabel: "Contract", PluralLabel: "Contracts",
			Description:       "A signed agreement.",
			DisplayProperties: []string{"hs_name"}, FallbackProperties: []string{"hs_object_id"},
			Scopes: []string{"crm.objects.contracts.read"},
		},
	}
}
