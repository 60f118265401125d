package mirrorneuron.api;

/** How much an {@link Issue} matters: an error refuses the input, a warning does not. */
public enum Severity {
    ERROR,
    WARNING
}
