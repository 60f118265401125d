package mirrorneuron.runtime.module;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentFactory;

/** Compiles one Java file in memory into an agent. It needs a JDK, not only a runtime image. */
final class SourceCompiler {

    private SourceCompiler() {}

    /**
     * @param module the fully qualified name of the class that implements {@link Agent} or {@link
     *     AgentFactory}
     * @throws ModuleException with the compiler's messages
     */
    static AgentFactory compile(Path source, String module) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new ModuleException(
                    "Expected a Java compiler to build "
                            + source.getFileName()
                            + ", but this Java has none");
        }
        var messages = new DiagnosticCollector<JavaFileObject>();
        var standard =
                compiler.getStandardFileManager(messages, Locale.ROOT, StandardCharsets.UTF_8);
        var classes = new ClassFiles(standard);
        String text;
        try {
            text = Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Expected to read " + source.getFileName() + ", but: " + e.getMessage(), e);
        }
        var unit =
                new SimpleJavaFileObject(
                        URI.create("string:///" + source.getFileName()),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        var options =
                List.of(
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-Xlint:none");
        if (!compiler.getTask(null, classes, messages, options, null, List.of(unit)).call()) {
            throw new ModuleException(
                    "Expected "
                            + source.getFileName()
                            + " to compile, but: "
                            + messages.getDiagnostics().stream()
                                    .map(
                                            d ->
                                                    "line "
                                                            + d.getLineNumber()
                                                            + ": "
                                                            + d.getMessage(Locale.ROOT))
                                    .collect(Collectors.joining("; ")));
        }
        return factory(classes.loader(), module);
    }

    private static AgentFactory factory(ClassLoader loader, String module) {
        try {
            var type = loader.loadClass(module);
            if (AgentFactory.class.isAssignableFrom(type)) {
                return (AgentFactory) type.getDeclaredConstructor().newInstance();
            }
            var constructor = type.asSubclass(Agent.class).getDeclaredConstructor();
            return new AgentFactory() {
                @Override
                public String module() {
                    return module;
                }

                @Override
                public Agent create() {
                    try {
                        return constructor.newInstance();
                    } catch (ReflectiveOperationException e) {
                        throw new ModuleException("Expected to create " + module + ", but: " + e);
                    }
                }
            };
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new ModuleException(
                    "Expected class "
                            + module
                            + " with a public constructor without arguments, but: "
                            + e);
        }
    }

    private static final class ClassFiles extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        ClassFiles(StandardJavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var bytes = new ByteArrayOutputStream();
                    classes.put(className, bytes);
                    return bytes;
                }
            };
        }

        ClassLoader loader() {
            return new ClassLoader("bundle-source", SourceCompiler.class.getClassLoader()) {
                @Override
                protected Class<?> findClass(String name) throws ClassNotFoundException {
                    if (!classes.containsKey(name)) {
                        throw new ClassNotFoundException(name);
                    }
                    var bytes = Objects.requireNonNull(classes.get(name)).toByteArray();
                    return defineClass(name, bytes, 0, bytes.length);
                }
            };
        }
    }
}
