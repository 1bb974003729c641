package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that a cluster runs as; nil is the one we are.
type account struct{ uid, gid int }

// serverAccount picks whom to be: ourselves, or as root somebody else, because
// PostgreSQL refuses to run as root.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.Atoi(found.Uid)
		gid, errGID := strconv.Atoi(found.Gid)
		if errUID == nil && errGID == nil && uid != 0 {
			return &account{uid: uid, gid: gid}, nil
		}
	}
	return nil, fmt.Errorf("running as root, and there is no account postgres or nobody for PostgreSQL to run as")
}

// own gives a file or directory to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// become makes a command run as the account.
func (a *account) become(cmd *exec.Cmd) {
	if a == nil {
		return
	}
	attributes(cmd).Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}

// dieWithParent makes the kernel stop the command when the thread that starts
// it is gone, so also when this process is killed and can't clean up.
func dieWithParent(cmd *exec.Cmd) { attributes(cmd).Pdeathsig = syscall.SIGINT }

func attributes(cmd *exec.Cmd) *syscall.SysProcAttr {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	return cmd.SysProcAttr
}

// inMemory is a directory that is kept in memory, if there is one with room for a
// cluster of tests and to spare. A database is some 600 files, and most tests make one.
func inMemory() []string {
	const dir, tmpfs, enough = "/dev/shm", 0x01021994, 2 << 30 // bytes
	var there syscall.Statfs_t
	if err := syscall.Statfs(dir, &there); err != nil || there.Type != tmpfs || there.Bavail*uint64(there.Bsize) < enough {
		return nil
	}
	return []string{dir}
}

// hold marks a cluster's directory as in use for as long as the file is open;
// the kernel lets go of the lock even when the process is killed.
func hold(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "in-use"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// sweep removes what killed test processes left behind. A directory that
// nobody holds has no owner any more; one without the mark is just being made.
func sweep(base string) {
	marks, _ := filepath.Glob(filepath.Join(base, clusterPrefix+"*", "in-use"))
	for _, mark := range marks {
		dir := filepath.Dir(mark)
		if held, err := hold(dir); err == nil {
			os.RemoveAll(dir)
			held.Close()
		}
	}
}
