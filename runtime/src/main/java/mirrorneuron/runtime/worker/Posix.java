package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The system calls that running a command takes, called directly.
 *
 * <p>Why not {@code ProcessBuilder}: it starts a helper program of its own before each command, has
 * no way to ask for a new session, and needs three threads to watch one process. One {@code
 * posix_spawn} with its own session and one thread in {@code poll} measured more than twice as
 * fast.
 *
 * <p>Safe from any thread. Waiting here holds the carrier of a virtual thread, so call it from
 * platform threads.
 */
final class Posix {

    static final int SIGKILL = 9;
    static final int SIGTERM = 15;

    static final short POLLIN = 1;
    static final int POLLFD_BYTES = 8;
    private static final long RUSAGE_BYTES = 144;

    /** The first descriptor after stdin, stdout and stderr. */
    static final int INPUT_DESCRIPTOR = 3;

    private static final int EPERM = 1;
    private static final int ESRCH = 3;
    private static final int EINTR = 4;
    private static final int ENOEXEC = 8;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_WRONLY_CREAT = 0x41;
    private static final int MFD_CLOEXEC = 1;
    private static final int RLIMIT_CORE = 4;

    /** Its own session, a fresh signal mask and default signal actions. */
    private static final short SPAWN_FLAGS = 0x80 | 0x08 | 0x04;

    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_SEND_SIGNAL = 424;

    /** Larger than glibc's opaque structures on every architecture. */
    private static final long OPAQUE_BYTES = 1024;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout PTR = ValueLayout.ADDRESS;

    private static final MemorySegment DEV_NULL = Arena.global().allocateFrom("/dev/null");
    private static final MemorySegment NO_SIGNALS = Arena.global().allocate(128, 16);
    private static final MemorySegment ALL_SIGNALS =
            Arena.global().allocate(128, 16).fill((byte) 0xff);

    /** The youngest function that is called here: where it is, all of them are. */
    private static final String YOUNGEST = "posix_spawn_file_actions_addclosefrom_np";

    private static final String UNAVAILABLE = missing();

    /** A started command; the descriptors are the caller's to close. */
    record Child(int pid, int stdout, int stderr, int pidfd) {}

    private Posix() {}

    /**
     * Looks without making any call ready: that takes a third of a second, which a server that runs
     * no command has no use for.
     */
    private static String missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "commands need Linux, and this is " + System.getProperty("os.name");
        }
        try {
            // It needs the permission that a call needs.
            var _ = MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException denied) {
            return "commands need native access: " + denied.getMessage();
        }
        return Linker.nativeLinker().defaultLookup().find(YOUNGEST).isPresent()
                ? ""
                : "commands need glibc 2.34 or newer: " + YOUNGEST + " is missing";
    }

    /** Why commands cannot be run here; empty text when they can. */
    static String unavailable() {
        return UNAVAILABLE;
    }

    /**
     * What to start.
     *
     * @param program the file to execute
     * @param words the command's words; the first is the name it is called by
     * @param began a file that the started process makes itself, as the last thing before it
     *     becomes the program: what does not exist has not run
     * @param input bytes that the program finds at descriptor {@value #INPUT_DESCRIPTOR}; empty =
     *     no such descriptor
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and never changed.
    record Start(
            String program,
            List<String> words,
            Map<String, String> environment,
            Path directory,
            Path began,
            byte[] input) {}

    /**
     * Starts a command as the leader of a new session and process group, with nothing on stdin and
     * no other descriptor of ours.
     *
     * @throws SpawnException if the program does not exist or the system is out of something;
     *     nothing was started
     */
    static Child spawn(Start start) throws IOException {
        var calls = calls();
        var open = new HashSet<Integer>();
        try (var arena = Arena.ofConfined()) {
            var out = pipe(calls, arena, open);
            var err = pipe(calls, arena, open);
            int input = start.input().length == 0 ? -1 : memory(calls, arena, start.input(), open);
            int pid =
                    spawn(
                            calls,
                            arena,
                            start,
                            out.getAtIndex(INT, 1),
                            err.getAtIndex(INT, 1),
                            input);
            // The pid is ours until we reap it, so this cannot name another process.
            int pidfd = pidfd(pid);
            if (pidfd < 0) {
                kill(-pid, SIGKILL);
                var _ = reap(pid);
                throw new IOException("pidfd_open is not available");
            }
            noCore(calls, arena, pid);
            open.remove(out.getAtIndex(INT, 0));
            open.remove(err.getAtIndex(INT, 0));
            return new Child(pid, out.getAtIndex(INT, 0), err.getAtIndex(INT, 0), pidfd);
        } finally {
            open.forEach(Posix::close);
        }
    }

    private static int spawn(
            Calls calls, Arena arena, Start start, int stdout, int stderr, int input)
            throws IOException {
        var actions = arena.allocate(OPAQUE_BYTES, 16);
        var attributes = arena.allocate(OPAQUE_BYTES, 16);
        var pid = arena.allocate(INT);
        var variables = new ArrayList<String>(start.environment().size());
        start.environment().forEach((name, value) -> variables.add(name + "=" + value));
        try {
            check((int) calls.actionsInit.invokeExact(actions));
            check((int) calls.attributesInit.invokeExact(attributes));
            try {
                check((int) calls.setFlags.invokeExact(attributes, SPAWN_FLAGS));
                check((int) calls.setMask.invokeExact(attributes, NO_SIGNALS));
                check((int) calls.setDefault.invokeExact(attributes, ALL_SIGNALS));
                check((int) calls.addOpen.invokeExact(actions, 0, DEV_NULL, 0, 0));
                check((int) calls.addDup2.invokeExact(actions, stdout, 1));
                check((int) calls.addDup2.invokeExact(actions, stderr, 2));
                int next = INPUT_DESCRIPTOR;
                if (input >= 0) {
                    check((int) calls.addDup2.invokeExact(actions, input, next));
                    next++;
                }
                check((int) calls.addCloseFrom.invokeExact(actions, next));
                check(
                        (int)
                                calls.addChdir.invokeExact(
                                        actions, arena.allocateFrom(start.directory().toString())));
                check(
                        (int)
                                calls.addOpen.invokeExact(
                                        actions,
                                        next,
                                        arena.allocateFrom(start.began().toString()),
                                        O_WRONLY_CREAT,
                                        0600));
                check((int) calls.addClose.invokeExact(actions, next));
                check(
                        (int)
                                calls.spawn.invokeExact(
                                        pid,
                                        arena.allocateFrom(start.program()),
                                        actions,
                                        attributes,
                                        strings(arena, start.words()),
                                        strings(arena, variables)));
                return pid.get(INT, 0);
            } finally {
                int _ = (int) calls.actionsDestroy.invokeExact(actions);
                int _ = (int) calls.attributesDestroy.invokeExact(attributes);
            }
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    /** A file in memory with some bytes: unlike an argument or a file, nobody else can read it. */
    private static int memory(Calls calls, Arena arena, byte[] bytes, Set<Integer> open)
            throws IOException {
        try {
            int descriptor =
                    (int) calls.memfdCreate.invokeExact(arena.allocateFrom("input"), MFD_CLOEXEC);
            if (descriptor < 0) {
                throw new IOException("memfd_create failed");
            }
            open.add(descriptor);
            var from = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            for (long at = 0; at < bytes.length; ) {
                // At a position, so that the reader starts at the beginning.
                long count =
                        (long)
                                calls.pwrite.invokeExact(
                                        descriptor, from.asSlice(at), bytes.length - at, at);
                if (count <= 0) {
                    throw new IOException("write to memory failed");
                }
                at += count;
            }
            return descriptor;
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    /** A core dump would hold the secrets of the command, in a folder that is ours. */
    private static void noCore(Calls calls, Arena arena, int pid) {
        try {
            int _ =
                    (int)
                            calls.prlimit.invokeExact(
                                    pid, RLIMIT_CORE, arena.allocate(16, 8), MemorySegment.NULL);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /**
     * Waits until a descriptor has something to say.
     *
     * @param descriptors {@code count} entries of {@value #POLLFD_BYTES} bytes, see {@link #watch}
     * @return how many have; zero after the time-out and when a signal came in between
     */
    static int poll(MemorySegment descriptors, int count, int timeoutMs) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Calls.STATE);
            int ready = (int) calls().poll.invokeExact(state, descriptors, (long) count, timeoutMs);
            if (ready >= 0) {
                return ready;
            }
            int errno = (int) Calls.ERRNO.get(state, 0L);
            if (errno == EINTR) {
                return 0;
            }
            throw new IOException("poll: errno " + errno);
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    /** Sets one entry for {@link #poll}; a negative descriptor is passed over. */
    static void watch(MemorySegment descriptors, int index, int descriptor) {
        descriptors.set(INT, (long) index * POLLFD_BYTES, descriptor);
        descriptors.set(ValueLayout.JAVA_SHORT, (long) index * POLLFD_BYTES + 4, POLLIN);
        descriptors.set(ValueLayout.JAVA_SHORT, (long) index * POLLFD_BYTES + 6, (short) 0);
    }

    /** True when the last {@link #poll} found anything: data, the end, or an error. */
    static boolean isReady(MemorySegment descriptors, int index) {
        return descriptors.get(ValueLayout.JAVA_SHORT, (long) index * POLLFD_BYTES + 6) != 0;
    }

    /** Reads what is there; zero or less at the end. */
    static int read(int descriptor, MemorySegment buffer) {
        try {
            return (int) (long) calls().read.invokeExact(descriptor, buffer, buffer.byteSize());
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) calls().close.invokeExact(descriptor);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** Signals a process, or the group when {@code pid} is negative; false when there is none. */
    static boolean kill(int pid, int signal) {
        // 0, -1 and 1 mean "my own group", "everyone" and init: never what a worker host wants.
        if (pid == 0 || pid == -1 || pid == 1) {
            throw new IllegalArgumentException("pid: " + pid + " (expected: a worker)");
        }
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Calls.STATE);
            int result = (int) calls().kill.invokeExact(state, pid, signal);
            int errno = (int) Calls.ERRNO.get(state, 0L);
            return result == 0 || (errno != ESRCH && errno == EPERM);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /**
     * How a child ended and what it used, with everything below it that it waited for.
     *
     * @param status the exit status; 128 plus the signal when one ended it
     * @param memoryKbMax the largest resident set of any one of these processes, in KiB
     */
    record Exit(int status, long cpuMicros, long memoryKbMax) {}

    /** Waits for a child and forgets it. */
    static Exit reap(int pid) {
        try (var arena = Arena.ofConfined()) {
            var status = arena.allocate(INT);
            var usage = arena.allocate(RUSAGE_BYTES, 8);
            int got;
            do {
                got = (int) calls().wait4.invokeExact(pid, status, 0, usage);
            } while (got < 0 && exists(pid));
            int word = status.get(INT, 0);
            int signal = word & 0x7f;
            return new Exit(
                    signal == 0 ? (word >> 8) & 0xff : 128 + signal,
                    (usage.get(LONG, 0) + usage.get(LONG, 16)) * 1_000_000
                            + usage.get(LONG, 8)
                            + usage.get(LONG, 24),
                    usage.get(LONG, 32));
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /**
     * A descriptor that stands for a process and never for its pid's next owner; negative: none.
     */
    static int pidfd(int pid) {
        try {
            return (int) (long) calls().syscall2.invokeExact(PIDFD_OPEN, (long) pid, 0L);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    static void killByPidfd(int pidfd) {
        try {
            long _ =
                    (long)
                            calls().syscall4
                                    .invokeExact(
                                            PIDFD_SEND_SIGNAL,
                                            (long) pidfd,
                                            (long) SIGKILL,
                                            0L,
                                            0L);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    private static boolean exists(int pid) {
        return kill(pid, 0);
    }

    private static MemorySegment pipe(Calls calls, Arena arena, Set<Integer> open)
            throws IOException {
        try {
            var ends = arena.allocate(INT, 2);
            var state = arena.allocate(Calls.STATE);
            if ((int) calls.pipe2.invokeExact(state, ends, O_CLOEXEC) != 0) {
                throw new IOException("pipe: errno " + (int) Calls.ERRNO.get(state, 0L));
            }
            open.add(ends.getAtIndex(INT, 0));
            open.add(ends.getAtIndex(INT, 1));
            return ends;
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        var array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        array.setAtIndex(ValueLayout.ADDRESS, texts.size(), MemorySegment.NULL);
        return array;
    }

    private static void check(int errno) throws SpawnException {
        if (errno != 0) {
            throw new SpawnException(errno);
        }
    }

    /** Nothing was started. */
    static final class SpawnException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int errno;

        private SpawnException(int errno) {
            super(
                    switch (errno) {
                        case 2 -> "it, or the interpreter that it names, does not exist";
                        case 7 -> "arguments and environment are too large";
                        case ENOEXEC -> "its format is not that of a program";
                        case 11 -> "no more processes are allowed";
                        case 12 -> "out of memory";
                        case 13 -> "permission denied";
                        default -> "errno " + errno;
                    });
            this.errno = errno;
        }

        /** True for a script without a first line that names its interpreter. */
        boolean isNoFormat() {
            return errno == ENOEXEC;
        }
    }

    private static Calls calls() {
        if (!UNAVAILABLE.isEmpty()) {
            throw new IllegalStateException(UNAVAILABLE);
        }
        return Calls.READY;
    }

    private static IOException rethrow(Throwable failure) {
        if (failure instanceof IOException io) {
            return io;
        }
        throw unexpected(failure);
    }

    private static RuntimeException unexpected(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime
                ? runtime
                : new IllegalStateException(failure);
    }

    /** Made ready by the first call. */
    private static final class Calls {
        private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");

        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO =
                STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final Calls READY = new Calls();

        private final MethodHandle spawn = call("posix_spawn", INT, PTR, PTR, PTR, PTR, PTR, PTR);
        private final MethodHandle actionsInit = call("posix_spawn_file_actions_init", INT, PTR);
        private final MethodHandle actionsDestroy =
                call("posix_spawn_file_actions_destroy", INT, PTR);
        private final MethodHandle addOpen =
                call("posix_spawn_file_actions_addopen", INT, PTR, INT, PTR, INT, INT);
        private final MethodHandle addDup2 =
                call("posix_spawn_file_actions_adddup2", INT, PTR, INT, INT);
        private final MethodHandle addClose =
                call("posix_spawn_file_actions_addclose", INT, PTR, INT);
        private final MethodHandle addCloseFrom =
                call("posix_spawn_file_actions_addclosefrom_np", INT, PTR, INT);
        private final MethodHandle addChdir =
                call("posix_spawn_file_actions_addchdir_np", INT, PTR, PTR);
        private final MethodHandle attributesInit = call("posix_spawnattr_init", INT, PTR);
        private final MethodHandle attributesDestroy = call("posix_spawnattr_destroy", INT, PTR);
        private final MethodHandle setFlags =
                call("posix_spawnattr_setflags", INT, PTR, ValueLayout.JAVA_SHORT);
        private final MethodHandle setMask = call("posix_spawnattr_setsigmask", INT, PTR, PTR);
        private final MethodHandle setDefault =
                call("posix_spawnattr_setsigdefault", INT, PTR, PTR);
        private final MethodHandle read = call("read", LONG, INT, PTR, LONG);
        private final MethodHandle pwrite = call("pwrite", LONG, INT, PTR, LONG, LONG);
        private final MethodHandle memfdCreate = call("memfd_create", INT, PTR, INT);
        private final MethodHandle prlimit = call("prlimit", INT, INT, INT, PTR, PTR);
        private final MethodHandle close = call("close", INT, INT);
        private final MethodHandle wait4 = call("wait4", INT, INT, PTR, INT, PTR);
        private final MethodHandle pipe2 = callWithErrno("pipe2", INT, PTR, INT);
        private final MethodHandle poll = callWithErrno("poll", INT, PTR, LONG, INT);
        private final MethodHandle kill = callWithErrno("kill", INT, INT, INT);
        private final MethodHandle syscall2 = syscall(LONG, LONG);
        private final MethodHandle syscall4 = syscall(LONG, LONG, LONG, LONG);

        private static MethodHandle call(
                String name, MemoryLayout result, MemoryLayout... arguments) {
            return handle(name, FunctionDescriptor.of(result, arguments));
        }

        private static MethodHandle callWithErrno(
                String name, MemoryLayout result, MemoryLayout... arguments) {
            return handle(name, FunctionDescriptor.of(result, arguments), WITH_ERRNO);
        }

        private static MethodHandle syscall(MemoryLayout... arguments) {
            var descriptor = FunctionDescriptor.of(LONG, LONG).appendArgumentLayouts(arguments);
            return handle("syscall", descriptor, Linker.Option.firstVariadicArg(1));
        }

        private static MethodHandle handle(
                String name, FunctionDescriptor descriptor, Linker.Option... options) {
            var linker = Linker.nativeLinker();
            var symbol =
                    linker.defaultLookup()
                            .find(name)
                            .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
            return linker.downcallHandle(symbol, descriptor, options);
        }
    }
}
