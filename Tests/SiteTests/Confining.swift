import Glibc
import Peers

/// A stand-in for what systemd does before it executes a unit's program, in Python, since systemd runs as process 1 only:
///
///     confine.py UNIT SYSTEMD-ANALYZE WRITABLE-FOLDER PROGRAM …
///
/// CapabilityBoundingSet, AmbientCapabilities, User, NoNewPrivileges, ProtectSystem=strict, LimitNOFILE and LimitCORE,
/// SystemCallFilter with its error, SystemCallArchitectures, RestrictAddressFamilies, RestrictNamespaces and
/// MemoryDenyWriteExecute, with the values that the unit has.
enum Confining {
    static let lack: String? = {
        if let lack = Landfall.othersLack { return lack }
        if access("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", R_OK) != 0 {
            return "knows the calls of x86_64 only"
        }
        return Landfall.lack("bird", "systemd-analyze", "python3", "dig")
    }()

    static let script = #"""
        import ctypes, os, re, resource, struct, subprocess, sys
        unit, analyze, writable, *program = sys.argv[1:]
        text = open(unit).read()
        libc = ctypes.CDLL(None, use_errno=True)

        def values(key): return [v.strip() for v in re.findall(rf'^{key}=(.*)$', text, re.M)]
        def must(result):
            if result: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

        # ProtectSystem=strict, in a mount namespace of its own.
        def mount(source, target, flags): return libc.mount(source, target.encode(), None, ctypes.c_ulong(flags), None)
        assert values('ProtectSystem') == ['strict']
        must(libc.unshare(0x20000))
        must(mount(None, '/', 0x4000 | 0x40000))
        must(mount(writable.encode(), writable, 0x1000))
        for line in open('/proc/self/mountinfo'):
            point = line.split()[4].encode().decode('unicode_escape')
            if not re.match(rf'({re.escape(writable)}|/proc|/sys|/dev)(/|$)', point): mount(None, point, 0x20 | 0x1000 | 1)
        for place in ['/etc', '/usr', '/var', '/']:
            try: open(f'{place}/landfall-test', 'w'); sys.exit(f'{place} can be written')
            except OSError: pass

        # Which calls stay, by the names of the filter and the numbers of the machine.
        def group(name):
            lines = subprocess.run([analyze, 'syscall-filter', name], capture_output=True, text=True).stdout.split('\n')[1:]
            names = [l.strip() for l in lines if l.strip() and not l.strip().startswith('#')]
            return set().union(*(group(n) if n.startswith('@') else {n} for n in names)) if names else set()
        def calls(words): return set().union(*(group(w) if w.startswith('@') else {w} for w in words))
        allowed = set()
        for line in values('SystemCallFilter'):
            if line.startswith('~'): allowed -= calls(line[1:].split())
            else: allowed |= calls(line.split())
        assert len(allowed) > 200, allowed
        header = open('/usr/include/x86_64-linux-gnu/asm/unistd_64.h').read()
        number = {n: int(i) for n, i in re.findall(r'#define __NR_(\w+) (\d+)', header)}

        EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
        code = []
        def emit(op, yes, no, value): code.append(struct.pack('HBBI', op, yes, no, value))
        def load(offset): emit(0x20, 0, 0, offset)
        def give(value): emit(6, 0, 0, value)
        def refuse(error): give(0x50000 | error)
        def argument(call, index, *steps):
            # What the steps don't return goes on with the number of the call.
            body = len(steps) + 2
            emit(0x15, 0, body, number[call]); load(16 + 8 * index)
            for step in steps: emit(*step)
            load(0)
        ERRNO = lambda error: (6, 0, 0, 0x50000 | error)
        load(4); emit(0x15, 1, 0, 0xc000003e); give(0x80000000)
        load(0); emit(0x35, 0, 1, 0x40000000); refuse(EPERM)
        families = [{'AF_UNIX': 1, 'AF_INET': 2, 'AF_INET6': 10, 'AF_NETLINK': 16, 'AF_PACKET': 17}[f]
                    for f in values('RestrictAddressFamilies')[0].split()]
        argument('socket', 0, *[(0x15, len(families) - i, 0, f) for i, f in enumerate(families)], ERRNO(EAFNOSUPPORT))
        assert values('MemoryDenyWriteExecute') == ['yes'] and values('RestrictNamespaces') == ['yes']
        argument('mmap', 2, (0x54, 0, 0, 6), (0x15, 0, 1, 6), ERRNO(EPERM))
        for call in ['mprotect', 'pkey_mprotect']: argument(call, 2, (0x45, 0, 1, 4), ERRNO(EPERM))
        argument('clone', 0, (0x45, 0, 1, 0x7e020080 & ~0x80 | 0x80), ERRNO(EPERM))
        for call, error in [('unshare', EPERM), ('setns', EPERM), ('clone3', ENOSYS)]:
            emit(0x15, 0, 1, number[call]); refuse(error)
        for call in sorted(number[n] for n in allowed if n in number): emit(0x15, 0, 1, call); give(0x7fff0000)
        refuse(EPERM)

        # Rights, and then what takes none.
        for limit, name in [(resource.RLIMIT_NOFILE, 'LimitNOFILE'), (resource.RLIMIT_CORE, 'LimitCORE')]:
            most = resource.getrlimit(limit)[1]
            wanted = int(values(name)[0])
            resource.setrlimit(limit, (wanted if most == resource.RLIM_INFINITY else min(wanted, most),) * 2)
        order = {'CAP_NET_BIND_SERVICE': 10, 'CAP_NET_ADMIN': 12, 'CAP_NET_RAW': 13}
        kept = [order[c] for c in values('CapabilityBoundingSet')[0].split()]
        assert kept == [order[c] for c in values('AmbientCapabilities')[0].split()] and values('User') == ['landfall']
        for cap in range(64):
            if cap not in kept: libc.prctl(24, cap, 0, 0, 0)
        os.setgroups([]); must(libc.prctl(8, 1, 0, 0, 0)); os.setresgid(*[65534] * 3); os.setresuid(*[65534] * 3)
        mask = sum(1 << c for c in kept)
        must(libc.capset(struct.pack('II', 0x20080522, 0), struct.pack('6I', mask, mask, mask, 0, 0, 0)))
        for cap in kept: must(libc.prctl(47, 2, cap, 0, 0))
        must(libc.prctl(38, 1, 0, 0, 0))
        steps = ctypes.create_string_buffer(b''.join(code))
        must(libc.prctl(22, 2, struct.pack('HxxxxxxQ', len(code), ctypes.addressof(steps)), 0, 0))
        os.execv(program[0], program)
        """#
}
