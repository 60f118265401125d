package mirrorneuron.bench.micro;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonValue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A fact of 430 bytes, parsed and written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonBench {

    private static final String LINE =
            """
            {"k":"handled","s":4711,"at":1795320000000,"a":"router","m":"q5cX0Zl2bq9T3vSxk1T4n7w2v8m0p6y4r5e1a3s9d8f",\
            "c":"forwarded","out":[{"m":{"i":"Hn3kf8Jx0sQ2mV7bP5tL9cW1zR4yD6gE8aU2oI7nT3k","f":"router","t":"sink",\
            "y":"finding","at":1795320000000,"ca":"q5cX0Zl2bq9T3vSxk1T4n7w2v8m0p6y4r5e1a3s9d8f",\
            "b":{"number":12,"text":"a body of ordinary size","list":[1,2,3]}},"e":"e1"}]}\
            """;

    private final byte[] bytes = LINE.getBytes(StandardCharsets.UTF_8);
    private final JsonValue value = Json.parse(LINE);

    @Benchmark
    public JsonValue parse() {
        return Json.parse(bytes);
    }

    @Benchmark
    public byte[] write() {
        return Json.bytes(value);
    }
}
