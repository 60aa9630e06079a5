package hubspottest

// commonCatalogue lists the properties that records of every type have.
func commonCatalogue(t *objectType) string {
	group := "# " + t.singular + "information | " + labelOf(t.singular) + " information\n"
	return group + t.created + ` | Create date | datetime ro
` + t.modified + ` | Last modified date | datetime ro
hs_object_id | Record ID | id ro
hubspot_owner_id | Owner | owner
hubspot_owner_assigneddate | Owner assigned date | datetime ro
hubspot_team_id | HubSpot team | select
hs_all_owner_ids | All owner IDs | owners hidden ro
hs_created_by_user_id | Created by user ID | id ro
hs_updated_by_user_id | Updated by user ID | id ro
hs_merged_object_ids | Merged record IDs | checkbox hidden ro
hs_object_source | Record source detail | text hidden ro
hs_object_source_label | Record source | select ro | CRM_UI=CRM UI, IMPORT=Import, INTEGRATION=Integration, FORM=Forms, EMAIL=Email
hs_was_imported | Performed in an import | bool hidden ro
hs_read_only | Read only object | bool hidden ro
hs_unique_creation_key | Unique creation key | text hidden ro
hs_user_ids_of_all_owners | User IDs of all owners | checkbox hidden ro
`
}
