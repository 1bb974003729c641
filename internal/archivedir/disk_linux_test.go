package archivedir

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/omasuunta/omasuunta/internal/archive"
)

// disk is a real file system of the test's own, as large as options say.
func disk(t *testing.T, options string) (path string, remount func(flags uintptr, options string)) {
	t.Helper()
	path = t.TempDir()
	if err := syscall.Mount("none", path, "tmpfs", 0, options); err != nil {
		t.Skipf("NOT TESTED on a disk that is full or read-only: mounting one takes rights that the test lacks: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, 0); err != nil {
			t.Error(err)
		}
	})
	return path, func(flags uintptr, options string) {
		t.Helper()
		if err := syscall.Mount("none", path, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARealDiskFillsUp(t *testing.T) {
	path, remount := disk(t, "size=256k")
	d := open(t, path)
	delivered := 0
	var refused archive.Item
	for range 20 {
		item := anItem(strings.Repeat("x", 50_000))
		if _, err := d.Deliver(t.Context(), item); err != nil {
			if archive.ProblemOf(err) != archive.Full || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("a full disk is told as %v", err)
			}
			refused = item
			break
		}
		delivered++
	}
	found, left := look(t, path)
	if delivered == 0 || len(found) != delivered || left != 0 {
		t.Errorf("%d delivered, %d there, %d unfinished", delivered, len(found), left)
	}
	remount(0, "size=1m")
	if _, err := d.Deliver(t.Context(), refused); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestARealDiskTurnsReadOnly(t *testing.T) {
	path, remount := disk(t, "size=1m")
	d, item := open(t, path), anItem("paper")
	remount(syscall.MS_RDONLY, "size=1m")
	if _, err := d.Deliver(t.Context(), item); archive.ProblemOf(err) != archive.ReadOnly {
		t.Errorf("read-only is told as %v", err)
	}
	if _, err := Open(path, now); err == nil {
		t.Error("a read-only disk was taken for an archive")
	}
	remount(0, "size=1m")
	if _, err := d.Deliver(t.Context(), item); err != nil {
		t.Errorf("writable again: %v", err)
	}
}
