package hubspot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseWebhook(t *testing.T) {
	at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		body string
		want []WebhookEvent
	}{
		{"none", ` [] `, nil},
		{"generic property change", `[{"eventId":3816279340,"subscriptionId":25,"portalId":33,"appId":11,"occurredAt":1767225600000,
			"subscriptionType":"object.propertyChange","attemptNumber":0,"objectId":1246965,"objectTypeId":"0-1","changeSource":"CRM_UI",
			"sourceId":"userId:7","changeFlag":"UPDATED","propertyName":"lifecyclestage","propertyValue":"lead","isSensitive":false}]`,
			[]WebhookEvent{{PortalID: "33", Kind: WebhookPropertyChange, ObjectTypeID: "0-1", ObjectID: "1246965", Property: "lifecyclestage", OccurredAt: at}}},
		{"classic property change", `[{"portalId":33,"subscriptionType":"line_item.propertyChange","objectId":5,"propertyName":"price"}]`,
			[]WebhookEvent{{PortalID: "33", Kind: WebhookPropertyChange, ObjectTypeID: "0-8", ObjectID: "5", Property: "price"}}},
		{"the type as eventType", `[{"eventType":"deal.creation","objectId":5}]`,
			[]WebhookEvent{{Kind: WebhookCreation, ObjectTypeID: "0-3", ObjectID: "5"}}},
		{"both, in any order", `[{"eventType":"x","objectId":5,"subscriptionType":"ticket.restore"},{"subscriptionType":"product.deletion","eventType":"x","objectId":6}]`,
			[]WebhookEvent{{Kind: WebhookRestore, ObjectTypeID: "0-5", ObjectID: "5"}, {Kind: WebhookDeletion, ObjectTypeID: "0-7", ObjectID: "6"}}},
		{"IDs beyond a float, as numbers and as text", `[{"portalId":"9007199254740993","subscriptionType":"object.deletion","objectTypeId":"2-9007199254740993","objectId":9007199254740993}]`,
			[]WebhookEvent{{PortalID: "9007199254740993", Kind: WebhookDeletion, ObjectTypeID: "2-9007199254740993", ObjectID: "9007199254740993"}}},
		{"numbers that are no IDs", `[{"portalId":3.3e1,"subscriptionType":"contact.deletion","objectId":-5,"occurredAt":1e12}]`,
			[]WebhookEvent{{Kind: WebhookDeletion, ObjectTypeID: "0-1"}}},
		{"merge", `[{"subscriptionType":"contact.merge","objectId":1,"primaryObjectId":1,"mergedObjectIds":[2,3],"newObjectId":4,"numberOfPropertiesMoved":9}]`,
			[]WebhookEvent{{Kind: WebhookMerge, ObjectTypeID: "0-1", ObjectID: "1", PrimaryID: "1", MergedIDs: []string{"2", "3"}, NewID: "4"}}},
		{"merge of one, null and strange members", `[{"subscriptionType":"object.merge","objectTypeId":"0-2","objectId":null,"primaryObjectId":{"a":1},"mergedObjectIds":2,"newObjectId":[4]}]`,
			[]WebhookEvent{{Kind: WebhookMerge, ObjectTypeID: "0-2", MergedIDs: []string{"2"}}}},
		{"classic association", `[{"subscriptionType":"contact.associationChange","associationType":"CONTACT_TO_COMPANY","fromObjectId":1,"toObjectId":2,"associationRemoved":true,"isPrimaryAssociation":false}]`,
			[]WebhookEvent{{Kind: WebhookAssociationChange, ObjectTypeID: "0-1", FromTypeID: "0-1", FromID: "1", ToTypeID: "0-2", ToID: "2", Removed: true}}},
		{"classic association the other way", `[{"subscriptionType":"deal.associationChange","associationType":"LINE_ITEM_TO_DEAL","fromObjectId":1,"toObjectId":2}]`,
			[]WebhookEvent{{Kind: WebhookAssociationChange, ObjectTypeID: "0-3", FromTypeID: "0-8", FromID: "1", ToTypeID: "0-3", ToID: "2"}}},
		{"classic association of companies", `[{"subscriptionType":"company.associationChange","associationType":"PARENT_COMPANY_TO_CHILD_COMPANY","fromObjectId":1,"toObjectId":2}]`,
			[]WebhookEvent{{Kind: WebhookAssociationChange, ObjectTypeID: "0-2", FromTypeID: "0-2", FromID: "1", ToTypeID: "0-2", ToID: "2"}}},
		{"classic association with an unknown type", `[{"subscriptionType":"ticket.associationChange","associationType":"TICKET_TO_THREAD","fromObjectId":1,"toObjectId":2}]`,
			[]WebhookEvent{{Kind: WebhookAssociationChange, ObjectTypeID: "0-5", FromTypeID: "0-5", FromID: "1", ToID: "2"}}},
		{"generic association", `[{"subscriptionType":"object.associationChange","fromObjectTypeId":"0-1","toObjectTypeId":"2-7","fromObjectId":1,"toObjectId":2,"associationTypeId":12,"associationCategory":"USER_DEFINED"}]`,
			[]WebhookEvent{{Kind: WebhookAssociationChange, FromTypeID: "0-1", FromID: "1", ToTypeID: "2-7", ToID: "2"}}},
		{"privacy deletion", `[{"subscriptionType":"contact.privacyDeletion","objectId":1}]`,
			[]WebhookEvent{{Kind: WebhookPrivacyDeletion, ObjectTypeID: "0-1", ObjectID: "1"}}},
		{"other kinds", `[{"subscriptionType":"conversation.newMessage","objectId":1,"messageType":"COMMENT"},{"subscriptionType":"contact.sneeze","objectId":1},{"a":{"b":[1]}}]`,
			[]WebhookEvent{{Kind: WebhookOther, ObjectID: "1"}, {Kind: WebhookOther, ObjectTypeID: "0-1", ObjectID: "1"}, {Kind: WebhookOther}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseWebhook([]byte(tt.body))
			if err != nil {
				t.Fatalf("ParseWebhook(%s) = %v, want no error", tt.body, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseWebhook(%s) (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestParseWebhookRefuses(t *testing.T) {
	for _, body := range []string{
		``, `null`, `{}`, `"[]"`, `7`, `[1]`, `[[]]`, `[null]`, `[{}`, `[{}]]`, `[{}] []`, `[{"objectId":1,"objectId":2}]`, `[{"objectId":}]`, "[{\"a\":\"\xff\"}]",
	} {
		if got, err := ParseWebhook([]byte(body)); err == nil || got != nil {
			t.Errorf("ParseWebhook(%q) = %+v, %v, want an error alone", body, got, err)
		}
	}
}

func TestWebhookEventSaysWhichRecord(t *testing.T) {
	tests := []struct {
		name  string
		event WebhookEvent
		ids   []string
		whole bool
	}{
		{"change", WebhookEvent{Kind: WebhookPropertyChange, ObjectTypeID: "0-1", ObjectID: "1"}, []string{"1"}, true},
		{"no type", WebhookEvent{Kind: WebhookPropertyChange, ObjectID: "1"}, []string{"1"}, false},
		{"no record", WebhookEvent{Kind: WebhookPropertyChange, ObjectTypeID: "0-1"}, []string{}, false},
		{"merge", WebhookEvent{Kind: WebhookMerge, ObjectTypeID: "0-1", ObjectID: "1", PrimaryID: "1", MergedIDs: []string{"2", "3"}, NewID: "1"}, []string{"1", "2", "3"}, true},
		{"association", WebhookEvent{Kind: WebhookAssociationChange, FromTypeID: "0-1", FromID: "1"}, []string{}, true},
		{"association of nothing", WebhookEvent{Kind: WebhookAssociationChange, FromTypeID: "0-1", ToID: "1"}, []string{}, false},
		{"other", WebhookEvent{Kind: WebhookOther, ObjectTypeID: "0-1", ObjectID: "1"}, []string{"1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.ids, tt.event.RecordIDs()); diff != "" {
				t.Errorf("RecordIDs() (-want +got):\n%s", diff)
			}
			if got := tt.event.Complete(); got != tt.whole {
				t.Errorf("Complete() = %t, want %t", got, tt.whole)
			}
		})
	}
}

// FuzzParseWebhook holds that whatever comes is refused whole or understood
// whole, and that IDs are IDs.
func FuzzParseWebhook(f *testing.F) {
	f.Add([]byte(`[{"portalId":33,"subscriptionType":"object.propertyChange","objectId":1246965,"objectTypeId":"0-1","propertyName":"a","occurredAt":1767225600000}]`))
	f.Add([]byte(`[{"subscriptionType":"contact.merge","primaryObjectId":1,"mergedObjectIds":[2,"3"],"newObjectId":4},{}]`))
	f.Add([]byte(`[{"eventType":"deal.associationChange","associationType":"DEAL_TO_CONTACT","fromObjectId":1,"toObjectId":2,"associationRemoved":true}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := ParseWebhook(body)
		if err != nil && events != nil {
			t.Fatalf("ParseWebhook(%q) = %+v and the error %v, want one of them", body, events, err)
		}
		for _, e := range events {
			ids := append(e.RecordIDs(), e.FromID, e.ToID, e.PortalID)
			for _, id := range ids {
				for _, digit := range id {
					if digit < '0' || digit > '9' {
						t.Errorf("ParseWebhook(%q) holds the ID %q", body, id)
					}
				}
			}
			if e.Kind == "" {
				t.Errorf("ParseWebhook(%q) holds an event of no kind", body)
			}
		}
	})
}
