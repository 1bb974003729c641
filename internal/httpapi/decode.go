package httpapi

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// decode puts a checked tree into a DTO, which dto points to. Going over text
// again would cost more than all the checks. What it cannot place is a mistake
// of ours: the checks let nothing through that the contract does not know.
func decode(n *node, dto any) error {
	return place(n, reflect.ValueOf(dto).Elem())
}

func place(n *node, to reflect.Value) error {
	if n.kind == nullKind {
		return nil // stays absent
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch {
	case n.kind == stringKind && to.Kind() == reflect.String:
		to.SetString(n.text)
	case n.kind == boolKind && to.Kind() == reflect.Bool:
		to.SetBool(n.truth)
	case n.kind == numberKind && to.Kind() == reflect.Int:
		whole, err := strconv.Atoi(n.text)
		if err != nil {
			return misplaced(n, to)
		}
		to.SetInt(int64(whole))
	case n.kind == arrayKind && to.Kind() == reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), len(n.items), len(n.items)))
		for i := range n.items {
			if err := place(&n.items[i], to.Index(i)); err != nil {
				return err
			}
		}
	case n.kind == objectKind && to.Kind() == reflect.Struct:
		return placeFields(n, to)
	case n.kind == objectKind && to.Kind() == reflect.Map && len(n.fields) == 0:
		to.Set(reflect.MakeMap(to.Type())) // an object without fields is generated as a map
	default:
		return misplaced(n, to)
	}
	return nil
}

func placeFields(n *node, to reflect.Value) error {
	places := placesOf(to.Type())
	for i := range n.fields {
		at, ok := places[n.fields[i].name]
		if !ok {
			return misplaced(n, to)
		}
		if err := place(&n.fields[i].value, to.Field(at)); err != nil {
			return err
		}
	}
	return nil
}

func misplaced(n *node, to reflect.Value) error {
	return fmt.Errorf("httpapi: the checks let a value of kind %d through to a %s", n.kind, to.Type())
}

// places remembers where each DTO keeps which field: reflect.Type to
// map[string]int.
var places sync.Map

func placesOf(t reflect.Type) map[string]int {
	if known, ok := places.Load(t); ok {
		return known.(map[string]int)
	}
	found := map[string]int{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		found[name] = i
	}
	places.Store(t, found)
	return found
}
