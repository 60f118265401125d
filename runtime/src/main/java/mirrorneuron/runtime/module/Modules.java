package mirrorneuron.runtime.module;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.engine.manifest.Behaviour;

/**
 * Where the factory of a module comes from: registered by the program, found in a jar below {@code
 * payloads/agents}, or compiled from a single source file when the runtime allows that. Each
 * bundle's jars get a class loader of their own, kept as long as the runtime. Safe from any thread.
 */
public final class Modules {

    private static final String JARS = "agents";

    private final Map<String, AgentFactory> registered;
    private final boolean sourceAllowed;
    private final ConcurrentHashMap<String, Map<String, AgentFactory>> byBundle =
            new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, AgentFactory> compiled = new ConcurrentHashMap<>();

    public Modules(Map<String, AgentFactory> registered, boolean sourceAllowed) {
        this.registered = Map.copyOf(registered);
        this.sourceAllowed = sourceAllowed;
    }

    /**
     * True when the program registered a module of this name, so that no bundle needs to bring it.
     */
    public boolean isRegistered(String module) {
        return registered.containsKey(module);
    }

    public boolean sourceAllowed() {
        return sourceAllowed;
    }

    /**
     * The factory of a node's module.
     *
     * @param fingerprint of the bundle
     * @param payloads its payload folder
     * @throws ModuleException when there is none, saying where was looked
     */
    public AgentFactory find(Behaviour.Module module, String fingerprint, Path payloads) {
        var own = registered.get(module.module());
        if (own != null) {
            return own;
        }
        if (module.source().isPresent()) {
            return fromSource(module, fingerprint, payloads);
        }
        var factories = byBundle.computeIfAbsent(fingerprint, _ -> load(payloads.resolve(JARS)));
        return Optional.ofNullable(factories.get(module.module()))
                .orElseThrow(
                        () ->
                                new ModuleException(
                                        "Expected module "
                                                + module.module()
                                                + " among the registered ones "
                                                + registered.keySet()
                                                + " or those of payloads/agents/*.jar "
                                                + factories.keySet()
                                                + ", but it is in neither"));
    }

    private AgentFactory fromSource(Behaviour.Module module, String fingerprint, Path payloads) {
        var source = module.source().orElseThrow();
        if (!sourceAllowed) {
            throw new ModuleException(
                    "Expected to compile "
                            + source
                            + " for module "
                            + module.module()
                            + ", but running sources of a bundle is switched off (MN_ALLOW_MODULE_SOURCE)");
        }
        return compiled.computeIfAbsent(
                fingerprint + "/" + source,
                _ -> SourceCompiler.compile(payloads.resolve(source), module.module()));
    }

    private Map<String, AgentFactory> load(Path folder) {
        var factories = new HashMap<String, AgentFactory>();
        var urls = jars(folder).stream().map(Modules::url).toArray(URL[]::new);
        if (urls.length == 0) {
            return factories;
        }
        var loader = new URLClassLoader("bundle-agents", urls, Modules.class.getClassLoader());
        for (var factory : ServiceLoader.load(AgentFactory.class, loader)) {
            factories.put(factory.module(), factory);
        }
        return factories;
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
