package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	baseline "github.com/boxesandglue/baseline-pdf"
)

// colourProfile says what the colours mean: sRGB, as an ICC profile of version 2.
// It is sRGB-v2-micro of github.com/saucecontrol/Compact-ICC-Profiles, CC0 1.0.
//
//go:embed srgb.icc
var colourProfile []byte

// file is a file as it is being written.
type file struct {
	*baseline.PDF
	pages []int // the numbers of their objects
}

// Finish returns the file: the same bytes for the same calls. An error says what
// was asked for wrongly: an element left open, text outside any element, a figure
// without its alternative text. The writer is not to be used after it.
func (w *Writer) Finish() ([]byte, error) {
	w.leave()
	if err := w.problem(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	f := &file{PDF: baseline.NewPDFWriter(&out)}
	f.DefaultPageWidth, f.DefaultPageHeight = PageWidth, PageHeight
	resources, err := f.writeResources(w)
	if err != nil {
		return nil, err
	}
	f.addPages(w, resources)
	if f.Catalog, err = f.catalog(w); err != nil {
		return nil, err
	}
	f.Outlines = f.outlines(w.bookmarks)
	f.InfoDict = baseline.Dict{
		"Title": textString(w.info.Title), "Producer": textString(producer), "Creator": textString(producer),
		"CreationDate": w.info.date(), "ModDate": w.info.date(),
	}
	if w.info.Subject != "" {
		f.InfoDict["Subject"] = textString(w.info.Subject)
	}
	if err := f.PDF.Finish(); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return identified(out.Bytes())
}

// object writes an object and returns its number.
func (f *file) object(text string) (int, error) { return f.objectAs(f.reserve(), text) }

func (f *file) reserve() int { return int(f.NextObject()) }

func (f *file) objectAs(number int, text string) (int, error) {
	o := f.NewObjectWithNumber(baseline.Objectnumber(number))
	o.Raw = true
	o.Data.WriteString(text)
	return number, o.Save()
}

// stream writes a stream, compressed, and returns its number.
func (f *file) stream(dictionary baseline.Dict, data []byte) (int, error) {
	o := f.NewObject()
	o.Dictionary = dictionary
	dictionary["Filter"] = "/FlateDecode"
	compress(o.Data, data)
	return int(o.ObjectNumber), o.Save()
}

// compressors are kept, for each takes up about a megabyte.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func compress(into *bytes.Buffer, data []byte) {
	z := compressors.Get().(*zlib.Writer)
	defer compressors.Put(z)
	z.Reset(into)
	z.Write(data) // into memory, which takes everything
	z.Close()
}

// writeResources writes what all pages draw with.
func (f *file) writeResources(w *Writer) (int, error) {
	var b builder
	b.add("<</Font<<")
	for i := range w.fonts {
		if len(w.fonts[i].signs) == 0 {
			continue
		}
		font, err := f.writeFont(Font(i), &w.fonts[i])
		if err != nil {
			return 0, err
		}
		b.add("/", Font(i).resource(), " ", ref(font))
	}
	b.add(">>")
	if len(w.opacities) > 0 {
		b.add("/ExtGState<<")
		for i, value := range w.opacities {
			b.add("/G", strconv.Itoa(i), "<</ca ", value, ">>")
		}
		b.add(">>")
	}
	b.add(">>")
	return f.object(b.String())
}

// writeFont writes a composite font: codes of two bytes that mean what its
// tables say (ISO 32000-1, 9.7).
func (f *file) writeFont(font Font, u *used) (int, error) {
	e, err := u.embed(font)
	if err != nil {
		return 0, err
	}
	program, err := f.stream(baseline.Dict{"Length1": strconv.Itoa(len(e.program))}, e.program)
	if err != nil {
		return 0, err
	}
	glyphs, err := f.stream(baseline.Dict{}, e.glyphs)
	if err != nil {
		return 0, err
	}
	meanings, err := f.stream(baseline.Dict{}, []byte(e.toUnicode))
	if err != nil {
		return 0, err
	}
	face := font.face()
	left, bottom, right, top := face.BBox()
	const nonsymbolic = 32
	descriptor, err := f.object(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]"+
		"/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/XHeight %d/StemV %d/FontFile2 %s>>",
		e.name, nonsymbolic, left, bottom, right, top,
		face.Ascender(), face.Descender(), face.CapHeight(), face.XHeight(), font.stem(), ref(program)))
	if err != nil {
		return 0, err
	}
	descendant, err := f.object("<</Type/Font/Subtype/CIDFontType2/BaseFont/" + e.name +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor " + ref(descriptor) +
		"/CIDToGIDMap " + ref(glyphs) + "/W" + e.widths + ">>")
	if err != nil {
		return 0, err
	}
	return f.object("<</Type/Font/Subtype/Type0/BaseFont/" + e.name + "/Encoding/Identity-H/DescendantFonts[" +
		ref(descendant) + "]/ToUnicode " + ref(meanings) + ">>")
}

// addPages hands the pages over to be written. What is read aloud of each is
// found by its StructParents, the number of the page; the links come after those.
func (f *file) addPages(w *Writer, resources int) {
	for range w.pages {
		f.pages = append(f.pages, f.reserve())
	}
	key := len(w.pages)
	for i, p := range w.pages {
		content := f.NewObject()
		content.Dictionary = baseline.Dict{"Filter": "/FlateDecode"}
		compress(content.Data, []byte(p.content.String()))
		added := f.AddPage(content, baseline.Objectnumber(f.pages[i]))
		added.Dict = baseline.Dict{"Resources": ref(resources), "StructParents": i, "Tabs": "/S"}
		for _, a := range p.areas {
			a.object = f.reserve()
			added.Annotations = append(added.Annotations, f.link(a, key))
			key++
		}
	}
}

// link is the annotation of an area of a Link.
func (f *file) link(a *area, key int) baseline.Annotation {
	told := a.of.Alt
	if told == "" {
		told = a.uri
	}
	const print = 4
	return baseline.Annotation{
		Subtype:      "Link",
		Action:       "<</S/URI/URI" + textString(a.uri) + ">>",
		Rect:         [4]float64{a.box.X, up(a.box.Y + a.box.H), a.box.X + a.box.W, up(a.box.Y)},
		Objectnumber: baseline.Objectnumber(a.object),
		Dictionary: baseline.Dict{
			"Contents": textString(told), "F": print, "Border": "[0 0 0]", "StructParent": key, "P": ref(f.pages[a.page]),
		},
	}
}

// catalog is what a reader looks at first.
func (f *file) catalog(w *Writer) (baseline.Dict, error) {
	metadata, err := w.info.metadata()
	if err != nil {
		return nil, fmt.Errorf("pdf: metadata: %w", err)
	}
	about := f.NewObject()
	about.Dictionary = baseline.Dict{"Type": "/Metadata", "Subtype": "/XML"}
	about.Data.WriteString(metadata)
	if err := about.Save(); err != nil {
		return nil, err
	}
	profile, err := f.stream(baseline.Dict{"N": 3}, colourProfile)
	if err != nil {
		return nil, err
	}
	structure, err := f.writeStructure(w)
	if err != nil {
		return nil, err
	}
	return baseline.Dict{
		"Lang":              textString(w.info.Language),
		"MarkInfo":          "<</Marked true>>",
		"ViewerPreferences": "<</DisplayDocTitle true>>",
		"Metadata":          about.ObjectNumber,
		"StructTreeRoot":    ref(structure),
		"OutputIntents": "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile " +
			ref(profile) + ">>]",
	}, nil
}

// writeStructure writes the structure tree and returns the number of its root.
func (f *file) writeStructure(w *Writer) (int, error) {
	root := f.reserve()
	w.root.walk(func(n *node) { n.object = f.reserve() })
	var err error
	w.root.walk(func(n *node) {
		if err == nil {
			_, err = f.objectAs(n.object, n.structureElement(root, f.pages))
		}
	})
	if err != nil {
		return 0, err
	}
	var nums builder
	for i, p := range w.pages {
		nums.add(strconv.Itoa(i), "[")
		for _, n := range p.marks {
			nums.add(ref(n.object), " ")
		}
		nums.add("]")
	}
	key := len(w.pages)
	for _, p := range w.pages {
		for _, a := range p.areas {
			nums.add(strconv.Itoa(key), " ", ref(a.of.object), " ")
			key++
		}
	}
	return f.objectAs(root, "<</Type/StructTreeRoot/K "+ref(w.root.object)+"/ParentTree<</Nums["+nums.String()+
		"]>>/ParentTreeNextKey "+strconv.Itoa(key)+">>")
}

// outlines are the bookmarks as a tree, all of it open.
func (f *file) outlines(bookmarks []bookmark) []*baseline.Outline {
	top := &baseline.Outline{}
	type open struct {
		level int
		entry *baseline.Outline
	}
	path := []open{{0, top}}
	for _, b := range bookmarks {
		for path[len(path)-1].level >= b.level {
			path = path[:len(path)-1]
		}
		title := b.title
		if strings.HasPrefix(title, "þÿ") {
			title = "\u200B" + title // those two letters alone would say that it is UTF-16
		}
		entry := &baseline.Outline{
			Title: title, Open: true,
			Dest: "[" + ref(f.pages[b.page]) + "/XYZ 0 " + number(up(b.y)) + " null]",
		}
		parent := path[len(path)-1].entry
		parent.Children = append(parent.Children, entry)
		path = append(path, open{b.level, entry})
	}
	return top.Children
}

// identified is the file with an identifier made from all of it. The library
// makes one from nothing but the lengths of the objects, which two files about
// different people may well have in common.
func identified(data []byte) ([]byte, error) {
	const key, digits = "/ID [<", 32
	at := bytes.LastIndex(data, []byte(key)) + len(key)
	if at < len(key) || len(data) < at+2*digits+len("> <") {
		return nil, fmt.Errorf("pdf: no identifier to replace")
	}
	digest := sha256.Sum256(data)
	id := fmt.Appendf(nil, "%X", digest[:digits/2])
	copy(data[at:], id)
	copy(data[at+digits+len("> <"):], id)
	return data, nil
}
