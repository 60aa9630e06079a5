// Package auth tells who asks: it turns the credentials of an HTTP request into
// a [Principal], which says what its bearer may see and how often it may ask.
//
// Credentials are API keys, of which the gateway knows the hashes alone, and
// JSON Web Tokens of an issuer that it trusts. Both come from one document,
// [Parse], in which every mistake is found at once. What the rights in it mean for
// a portal's graph is the business of package access.
package auth
