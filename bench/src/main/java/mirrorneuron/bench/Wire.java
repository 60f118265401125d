package mirrorneuron.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept-alive HTTP connection, with as little around it as a client can have: what is measured
 * is the server. Used by one thread.
 */
public final class Wire implements AutoCloseable {

    private static final String BASE = "/api/v1";

    private final Socket socket;
    private final InputStream in;

    public Wire(int port) throws IOException {
        this(port, 64 << 10);
    }

    /**
     * @param buffer how much of what the server sent is held here; bytes
     */
    public Wire(int port, int buffer) throws IOException {
        this.socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), buffer);
    }

    /** Sends a request and reads the whole answer, which has to be a success. */
    public String call(String method, String path, String body) throws IOException {
        send(method, path, body);
        var head = head();
        if (head.status() >= 300) {
            throw new IOException(method + " " + path + ": status " + head.status());
        }
        if (head.length() >= 0) {
            return new String(in.readNBytes(head.length()), StandardCharsets.UTF_8);
        }
        var text = new StringBuilder();
        for (var chunk = chunk(); chunk.length > 0; chunk = chunk()) {
            text.append(new String(chunk, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** Opens a live stream; what follows is read with {@link #next()}. */
    public void open(String path) throws IOException {
        send("GET", path, "");
        if (head().status() != 200) {
            throw new IOException("GET " + path + ": no stream");
        }
    }

    /** The next piece of a stream, which is one frame as long as the server flushes each. */
    public String next() throws IOException {
        return new String(chunk(), StandardCharsets.UTF_8);
    }

    private void send(String method, String path, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head =
                method
                        + " "
                        + BASE
                        + path
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        var all = new byte[head.length() + bytes.length];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, all, 0, head.length());
        System.arraycopy(bytes, 0, all, head.length(), bytes.length);
        socket.getOutputStream().write(all);
    }

    /**
     * @param length of the body; -1 = it comes in chunks
     */
    private record Head(int status, int length) {}

    private Head head() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        int length = -1;
        for (var line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring("content-length:".length()).strip());
            }
        }
        return new Head(status, length);
    }

    private byte[] chunk() throws IOException {
        int length = Integer.parseInt(line(), 16);
        var chunk = in.readNBytes(length);
        line();
        return chunk;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server ended the connection");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
