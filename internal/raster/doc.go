// Package raster draws figures as points: the same shapes and the same letters
// as in the SVG and the PDF, as a PNG file for slides and letters.
//
// It owns no figure and no font: package figure has the shapes and package pdf
// the letters.
//
// It belongs to the second floor and imports figure and pdf.
package raster
