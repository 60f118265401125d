package mirrorneuron.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class PictureTest {

    private static String svg(double... values) {
        var points = new ArrayList<Picture.Point>();
        double size = 1_000;
        for (double value : values) {
            points.add(new Picture.Point(size, value));
            size *= 10;
        }
        var lines = new LinkedHashMap<String, List<Picture.Point>>();
        lines.put("time", points);
        return new Picture("what a <step> costs", "steps", "us/step", lines).svg();
    }

    private static String line(String svg) {
        return svg.replaceAll("(?s).*<polyline[^>]* points=\"([^\"]*)\".*", "$1");
    }

    @Test
    void decades_stand_at_equal_distances_and_what_is_flat_is_level() {
        assertThat(line(svg(4, 4, 4))).isEqualTo("100.0,110.4 386.0,110.4 672.0,110.4");
    }

    @Test
    void the_other_axis_begins_at_zero_and_ends_above_the_highest() {
        assertThat(svg(0, 9.5)).contains(">0</text>", ">10</text>").contains(">1,000</text>");
        assertThat(line(svg(0, 10))).isEqualTo("100.0,288.0 672.0,66.0");
    }

    @Test
    void it_is_well_formed_and_its_text_is_escaped() throws Exception {
        var text = svg(1, 2, 3);
        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));

        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("what a <step> costs");
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(3);
    }

    @Test
    void nothing_but_zeros_is_a_line_on_the_axis() {
        assertThat(line(svg(0, 0))).isEqualTo("100.0,288.0 672.0,288.0");
    }
}
