package mirrorneuron.acceptance;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs inside of a process that is to die at a named point, see {@link CrashPoint}: puts a call
 * into one method of the product, and ends the process when that call comes for the n-th time.
 * Nothing is closed and nobody hears of it, as with SIGKILL.
 */
public final class CrashAgent {

    /** The exit code of a process that died here; no signal and no program of ours gives it. */
    static final int DIED_HERE = 87;

    private static String where = "";
    private static String only = "";
    private static int number;
    private static final AtomicInteger reached = new AtomicInteger();

    private CrashAgent() {}

    /**
     * @param argument {@code class,method,where,only,number}
     */
    public static void premain(String argument, Instrumentation instrumentation) {
        var words = argument.split(",", -1);
        where = words[2].replace(':', ' ');
        only = words[3];
        number = Integer.parseInt(words[4]);
        instrumentation.addTransformer(new Insertion(words[0].replace('.', '/'), words[1]));
    }

    /** Called from the place in the product. */
    public static void reached(@Nullable Object self, @Nullable Object argument) {
        if (!counts(argument)) {
            return;
        }
        if (where.equals("slow")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(number));
        } else if (reached.incrementAndGet() == number) {
            if (where.equals("append")) {
                append(self, argument);
            }
            Runtime.getRuntime().halt(DIED_HERE);
        }
    }

    private static boolean counts(@Nullable Object argument) {
        if (only.isEmpty()) {
            return true;
        }
        if (argument == null) {
            return false;
        }
        if (argument instanceof Path file) {
            return file.endsWith(only);
        }
        try {
            return call(argument, only) instanceof Optional<?> value && value.isPresent();
        } catch (ReflectiveOperationException otherMethodOfThatName) {
            return false;
        }
    }

    /** Writes what the store's database was given, as it does, and does not wait for the disk. */
    private static void append(@Nullable Object database, @Nullable Object batch) {
        try {
            if (database == null || batch == null) {
                throw new NoSuchMethodException("write(batch)");
            }
            var rocks = call(call(database, "opened"), "db");
            var options = Class.forName("org.rocksdb.WriteOptions");
            rocks.getClass()
                    .getMethod("write", options, batch.getClass())
                    .invoke(rocks, options.getConstructor().newInstance(), batch);
        } catch (ReflectiveOperationException changed) {
            changed.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static Object call(Object of, String name) throws ReflectiveOperationException {
        Method method =
                Arrays.stream(of.getClass().getDeclaredMethods())
                        .filter(it -> it.getName().equals(name) && it.getParameterCount() == 0)
                        .findFirst()
                        .orElseThrow(() -> new NoSuchMethodException(of.getClass() + "." + name));
        method.setAccessible(true);
        return method.invoke(of);
    }

    /** Puts the call into every method of that name. */
    private record Insertion(String owner, String method) implements ClassFileTransformer {

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String name,
                @Nullable Class<?> redefined,
                ProtectionDomain domain,
                byte[] bytes) {
            if (!name.equals(owner) || loader == null) {
                return null;
            }
            try {
                return changed(loader, bytes);
            } catch (RuntimeException e) {
                // The JVM would go on without a word.
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
                return null;
            }
        }

        private byte[] changed(ClassLoader loader, byte[] bytes) {
            var files =
                    ClassFile.of(
                            ClassFile.ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(loader)));
            return files.transformClass(
                    files.parse(bytes),
                    (builder, element) -> {
                        if (element instanceof MethodModel found
                                && found.methodName().equalsString(method)) {
                            builder.transformMethod(
                                    found, MethodTransform.transformingCode(new Call(found)));
                        } else {
                            builder.with(element);
                        }
                    });
        }
    }

    /** Puts the call where it belongs in a method; it gets the object and the first argument. */
    private record Call(MethodModel method) implements CodeTransform {

        @Override
        public void atStart(CodeBuilder code) {
            if (where.equals("entry") || where.equals("append") || where.equals("slow")) {
                insert(code);
            }
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            boolean here =
                    switch (element) {
                        case ReturnInstruction _ -> where.equals("exit");
                        case InvokeInstruction call ->
                                where.equals("call " + call.name().stringValue());
                        default -> false;
                    };
            if (here) {
                insert(code);
            }
            code.with(element);
        }

        private void insert(CodeBuilder code) {
            var type = method.methodTypeSymbol();
            if (method.flags().has(AccessFlag.STATIC)) {
                code.aconst_null();
            } else {
                code.aload(code.receiverSlot());
            }
            if (type.parameterCount() > 0 && !type.parameterType(0).isPrimitive()) {
                code.aload(code.parameterSlot(0));
            } else {
                code.aconst_null();
            }
            code.invokestatic(
                    ClassDesc.of(CrashAgent.class.getName()),
                    "reached",
                    MethodTypeDesc.of(CD_void, CD_Object, CD_Object));
        }
    }
}
