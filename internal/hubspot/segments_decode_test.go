package hubspot

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestListTypes sends lists with the types that HubSpot's documents vary: IDs
// as numbers, sizes as text, cursors with links.
func TestListTypes(t *testing.T) {
	size := func(n int) *int { return &n }
	t.Run("search", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"hasMore":true,"offset":2,"total":9,"lists":[
			{"listId":13,"listVersion":2,"name":"A","objectTypeId":"0-1","processingType":"SNAPSHOT","processingStatus":"PROCESSING","createdById":1,"filtersUpdatedAt":null,"additionalProperties":{"hs_list_size":"59","hs_folder_name":null}},
			{"listId":"14","name":"B","additionalProperties":{}}]}`))
		got, err := c.SearchLists(t.Context(), ListSearchRequest{})
		want := &ListSearchPage{Total: 9, More: true, Offset: 2, Lists: []List{
			{ID: "13", Name: "A", ObjectTypeID: "0-1", ProcessingType: "SNAPSHOT", ProcessingStatus: "PROCESSING", Size: size(59)},
			{ID: "14", Name: "B"}}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("SearchLists = %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("search for ever", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"hasMore":true,"offset":5,"total":9,"lists":[]}`))
		got, err := c.SearchLists(t.Context(), ListSearchRequest{Offset: 5})
		if err != nil || !got.More || got.Offset != 5 {
			t.Errorf("SearchLists = %+v, %v; want what HubSpot says, for the caller to see that it goes nowhere", got, err)
		}
	})
	t.Run("by id", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"lists":[{"listId":"1","size":330,"filterBranch":{"filterBranches":[{"filters":[]}]}},{"listId":"2","size":0},{"listId":"3","size":null}]}`))
		got, err := c.ListsByID(t.Context(), []string{"1", "2", "3"})
		if diff := cmp.Diff([]List{{ID: "1", Size: size(330)}, {ID: "2", Size: size(0)}, {ID: "3"}}, got); diff != "" || err != nil {
			t.Errorf("ListsByID = %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("no lists", func(t *testing.T) {
		for _, body := range []string{`{}`, `{"lists":[{"name":"no id"}]}`, `[]`} {
			c := serve(t, answerWith(200, body))
			if got, err := c.ListsByID(t.Context(), []string{"1"}); !errors.Is(err, ErrUnavailable) {
				t.Errorf("ListsByID of %s = %v, %v; want %v", body, got, err, ErrUnavailable)
			}
		}
	})
	t.Run("members", func(t *testing.T) {
		c := serve(t, answerWith(200, `{"results":[{"recordId":9007199254740993,"membershipTimestamp":"2023-11-07T05:31:56Z"}],"paging":{"next":{"after":"NTI1MQ%3D%3D","link":"x"},"prev":{"before":"y"}}}`))
		got, err := c.ListMembers(t.Context(), ListMembersRequest{ListID: "1"})
		want := &ListMembersPage{Members: []ListMember{{RecordID: "9007199254740993", AddedAt: "2023-11-07T05:31:56Z"}}, After: "NTI1MQ%3D%3D"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("ListMembers = %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("lists of records", func(t *testing.T) {
		c := serve(t, answerWith(207, `{"status":"COMPLETE","requestedAt":null,"results":[
			{"objectTypeId":"0-1","recordId":7,"recordListMemberships":[{"listId":13,"listVersion":2,"isPublicList":true,"firstAddedTimestamp":"a","lastAddedTimestamp":"b"}]},
			{"objectTypeId":"0-1","recordId":"8","recordListMemberships":[]}],
			"numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["9"]}}]}`))
		got, err := c.ListsOfRecords(t.Context(), "0-1", []string{"7", "8", "9"})
		if diff := cmp.Diff(map[string][]ListMembership{"7": {{ListID: "13", FirstAddedAt: "a", LastAddedAt: "b"}}}, got); diff != "" || err != nil {
			t.Errorf("ListsOfRecords = %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestDecodeHistory(t *testing.T) {
	tests := []struct {
		name, json string
		want       map[string][]PropertyVersion
	}{
		{"documented", `{"email":[{"value":"a","timestamp":"2026-01-05T10:00:00.000Z","sourceType":"CRM_UI","sourceId":"userId:7","sourceLabel":"UI","updatedByUserId":9007199254740993}]}`,
			map[string][]PropertyVersion{"email": {{Value: "a", Timestamp: "2026-01-05T10:00:00.000Z", SourceType: "CRM_UI", SourceID: "userId:7", SourceLabel: "UI", UpdatedByUserID: "9007199254740993"}}}},
		{"bare", `{"email":[{"value":null,"selected":false,"sourceUpstreamDeployable":{}}]}`, map[string][]PropertyVersion{"email": {{}}}},
		{"never set", `{"email":[],"phone":null}`, map[string][]PropertyVersion{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got map[string][]PropertyVersion
			err := decodeText(tt.json, func(d *decoder) (err error) {
				got, err = history(d.Decoder)
				return err
			})
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("history(%s) = %v (-want +got):\n%s", tt.json, err, diff)
			}
		})
	}
}
