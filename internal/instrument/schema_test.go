package instrument

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const schemaFile = "../../api/battery.schema.json"

// The schema serves authors' editors. It must not mark what Check accepts, and
// it should mark what a schema can see.
func TestSchemaAgreesWithCheck(t *testing.T) {
	schema := compiledSchema(t)
	accepted := []string{"testdata/valid.yaml", "testdata/valid-relaid.yaml"}
	for _, b := range builtinLibrary(t).Versions() {
		accepted = append(accepted, filepath.Join("content", fmt.Sprintf("%s.v%d.yaml", b.Code, b.Version)))
	}
	for _, file := range accepted {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, data)); err != nil {
			t.Errorf("%s: Check accepts it, the schema does not: %v", file, err)
		}
	}
	if err := schema.Validate(asJSON(t, []byte("code: small-example"))); err == nil {
		t.Error("the schema accepts a file with almost nothing in it")
	}
	for _, s := range spoiling {
		if !s.schema {
			continue
		}
		if err := schema.Validate(asJSON(t, s.data(t))); err == nil {
			t.Errorf("%s: Check refuses it, the schema does not", s.name)
		}
	}
}

// An example that is wrong itself would teach the mistake.
func TestSchemaExamplesAreValid(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	root := schemaDocument(t)
	if err := compiler.AddResource("battery.json", root); err != nil {
		t.Fatal(err)
	}
	found := 0
	var visit func(pointer string, node any)
	visit = func(pointer string, node any) {
		object, ok := node.(map[string]any)
		if !ok {
			return
		}
		if examples, ok := object["examples"].([]any); ok {
			schema, err := compiler.Compile("battery.json#" + pointer)
			if err != nil {
				t.Fatal(err)
			}
			for _, example := range examples {
				found++
				if err := schema.Validate(example); err != nil {
					t.Errorf("example at %s: %v", pointer, err)
				}
			}
		}
		for key, child := range object {
			visit(pointer+"/"+key, child)
		}
	}
	visit("", root)
	if found < 8 {
		t.Errorf("only %d examples", found)
	}
}

func schemaDocument(t *testing.T) any {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("battery.json", schemaDocument(t)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("battery.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON turns YAML into what a JSON parser would have made of the same, the
// way editors do: the keys 0, 5 and 10 become strings.
func asJSON(t *testing.T, data []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(stringKeys(value))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func stringKeys(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, child := range v {
			v[key] = stringKeys(child)
		}
	case map[any]any:
		object := make(map[string]any, len(v))
		for key, child := range v {
			object[fmt.Sprint(key)] = stringKeys(child)
		}
		return object
	case []any:
		for i, child := range v {
			v[i] = stringKeys(child)
		}
	}
	return value
}
