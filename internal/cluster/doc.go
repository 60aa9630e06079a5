// Package cluster lets several replicas of the gateway behave as one towards
// HubSpot: they share a portal's allowance, tell each other what has become stale,
// and do once what needs doing once. They meet in a Redis server (5 or later), and
// go on without it when it is gone.
//
// # The shared allowance
//
// HubSpot lets a portal make a number of calls in any rolling window. That number
// is divided, not the calls: of a limit of 100, a replica holds 40, say, and keeps
// a rolling window of 40 by itself. Windows that each hold to their part hold to
// the whole together, whatever the moment, so no call asks Redis. Parts move as
// need moves: each replica reports every quarter of a second what it holds, has in
// the window and needs, and at once when somebody waits whom it has no place for;
// a script divides the limit anew (need first, evenly if there is too much of it;
// then everybody is lifted to an equal share, then the busy get the rest).
//
// Why the sum never exceeds the limit:
//
//   - A part shrinks by places that are free only: whatever HubSpot may still count
//     is in the window of who sent it (see hubspot.Slot), and is held for so long.
//     So a place that is handed over is as free for its new holder.
//   - What is free is not stored but computed: the limit, less what all hold by
//     their own last word, less what is cooling, foreign or reserved. A report or
//     an answer that is lost can make it too small for a moment, never too large.
//     Reports carry a number, so that one that was delayed is not taken.
//   - What is held is leased for a second. A replica stops using more than an equal
//     share when its lease has ended by its own clock, which began before the
//     server's did. The server counts what was held for a whole window (and its
//     slack, and a second for what was under way) from the lease's end: it cools.
//
// A replica that has made no call for a portal in half a minute gives its part up,
// and reports no more until it needs one again: what is not used costs nothing.
// What Redis knows nothing of was held by nobody for as long as Redis has all that
// it was told; since when that is so, it keeps beside the portals, so that the
// first call for a portal waits for one round trip. It must not evict anything
// (maxmemory-policy noeviction).
//
// # Without Redis
//
// A replica that gets no answer goes on with what it holds until its lease ends,
// then with at most an equal share of the limit (limit / replicas). If it holds
// less than that, it may use the share whole as soon as all others must have left
// it: three leases, a window, its slack and a second after the first report that
// was not answered. For the server may have granted it something, and others may
// have been heard, until then; by one lease later the server reserves the share,
// or the others' own leases have ended; then their last calls leave the window.
//
// A replica that is cut off alone is in the same position, which is why the server
// reserves the share of each replica that has fallen silent, until it is back, is
// replaced or has been silent for ten minutes. One that leaves says goodbye.
//
// If Redis comes back empty, or with older data than a replica has seen, nothing
// new is granted before all replicas have said what they hold or, at the longest,
// a window has passed in which those that have not must have fallen back to their
// share. That share is theirs from the first moment: who holds more than the rest
// gives it up. It stays so for five seconds more, in which the missing try again. A replica that never held anything gets up to a share meanwhile.
//
// A replica that has given its part up, and is asked again while Redis is gone,
// has its share from when on the others must have left it, as above.
//
// What is not covered: more replicas than were said (so a rolling update that
// starts one more must be counted); a replica that was never connected, or has
// given its part up, and needs one while it alone cannot reach Redis; Redis losing
// its data while one replica is cut off for longer than new data take to settle, or
// while a new replica starts and an old one still waits to try again; Redis' clock
// being set forward while a lease that has ended cools; a connection to HubSpot
// that takes longer than a second to establish at the very end of a lease; fewer
// calls in the limit than replicas, where each takes one of its own without Redis.
// HubSpot answers 429 then, which is waited out, by all.
package cluster
