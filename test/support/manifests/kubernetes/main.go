// Builds a kustomization as `kubectl kustomize` does, decodes each object into the type that the API server decodes it
// into, and prints them all as a JSON array:
//
//	kubernetes FOLDER
//
// A member that the type does not have, a value of another kind, or a kind that is not in the table ends it with 1.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// An empty object of each kind that may occur.
var kinds = map[string]func() any{
	"apps/v1 Deployment":                      func() any { return new(apps.Deployment) },
	"apps/v1 StatefulSet":                     func() any { return new(apps.StatefulSet) },
	"v1 ConfigMap":                            func() any { return new(core.ConfigMap) },
	"v1 PersistentVolumeClaim":                func() any { return new(core.PersistentVolumeClaim) },
	"v1 Service":                              func() any { return new(core.Service) },
	"networking.k8s.io/v1 NetworkPolicy":      func() any { return new(networking.NetworkPolicy) },
	"monitoring.coreos.com/v1 PodMonitor":     func() any { return new(monitoring.PodMonitor) },
	"monitoring.coreos.com/v1 PrometheusRule": func() any { return new(monitoring.PrometheusRule) },
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("expected one folder"))
	}
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), os.Args[1])
	if err != nil {
		fail(err)
	}
	decoded := []any{}
	for _, object := range objects.Resources() {
		name := object.GetApiVersion() + " " + object.GetKind()
		empty, known := kinds[name]
		if !known {
			fail(fmt.Errorf("%s: expected one of the kinds in the table", name))
		}
		text, err := object.MarshalJSON()
		if err != nil {
			fail(err)
		}
		value := empty()
		// Unlike Go's own decoder this one tells readOnlyRootFileSystem from readOnlyRootFilesystem.
		mistakes, err := kjson.UnmarshalStrict(text, value)
		if err := errors.Join(append(mistakes, err)...); err != nil {
			fail(fmt.Errorf("%s %s: %w", name, object.GetName(), err))
		}
		decoded = append(decoded, value)
	}
	if err := json.NewEncoder(os.Stdout).Encode(decoded); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
