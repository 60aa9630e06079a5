// Package seal encrypts what hubgraph keeps about portals, with keys that can be
// changed while it runs.
//
// Every sealed text begins with the ID of the key that sealed it, and opens only at
// the [Place] it was sealed for: what is copied to another portal or another column
// is refused. It says nothing about time: whoever can write to the database can put
// an older text of the same place back.
//
// The keys are a keyset of Tink (https://developers.google.com/tink) in cleartext
// JSON, which is a secret as a whole. One of its keys is the primary, which seals;
// all of them open. So that no replica meets a key that it does not have, keys are
// changed in four steps, each of them on all replicas before the next:
//
//  1. [AddKey]: everybody can read the new key, nobody uses it.
//  2. [PromoteKey]: new texts are sealed with it.
//  3. What lies under the old key is sealed again (internal/store: Reseal).
//  4. [DropKey]: the old key goes.
//
// With one replica, [RotateKeyset] takes the first two at once.
package seal
