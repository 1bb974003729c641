// Package administration owns the administrator's pages: units, users, the
// batteries in use, the consent text and the guidance that a house writes itself,
// the settings, and the barriers that readers have reported.
//
// It shows nothing about clients. What a text or a setting must be like is
// decided below.
//
// It belongs to the third floor and imports page, and the use cases below.
package administration
