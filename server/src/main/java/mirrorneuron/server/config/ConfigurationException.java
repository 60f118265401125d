package mirrorneuron.server.config;

/** A variable with a value that cannot be used; the message names both and what is expected. */
public final class ConfigurationException extends Exception {

    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    static ConfigurationException of(Variable variable, String value, String expected) {
        return new ConfigurationException(
                variable
                        + ": "
                        + (variable.secret() ? "its value" : "\"" + value + "\"")
                        + " (expected: "
                        + expected
                        + ")");
    }
}
