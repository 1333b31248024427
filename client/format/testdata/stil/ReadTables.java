import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import uk.ac.starlink.table.ColumnInfo;
import uk.ac.starlink.table.DescribedValue;
import uk.ac.starlink.table.RowSequence;
import uk.ac.starlink.table.StarTable;
import uk.ac.starlink.table.StarTableFactory;
import uk.ac.starlink.util.DataSource;

/**
 * Prints tables as STIL reads them: a line for each parameter, column and row,
 * its parts apart by tabs and escaped as in URLs. What STIL warns of is printed
 * too.
 *
 * Arguments: pairs of a format and a file.
 */
public class ReadTables {
    public static void main(String[] args) throws Exception {
        Logger logger = Logger.getLogger("uk.ac.starlink");
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override public void publish(LogRecord record) {
                if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                    line("warning", record.getMessage());
                }
            }
            @Override public void flush() {}
            @Override public void close() {}
        });
        for (int i = 0; i < args.length; i += 2) {
            print(args[i], args[i + 1]);
        }
    }

    static void print(String format, String path) throws Exception {
        line("table", format, path);
        StarTable table = new StarTableFactory().makeStarTable(DataSource.makeDataSource(path), format);
        for (Object value : table.getParameters()) {
            DescribedValue parameter = (DescribedValue) value;
            line("parameter", parameter.getInfo().getName(), String.valueOf(parameter.getValue()));
        }
        for (int i = 0; i < table.getColumnCount(); i++) {
            ColumnInfo c = table.getColumnInfo(i);
            line("column", c.getName(), c.getContentClass().getSimpleName(), c.getUnitString(), c.getUCD(), c.getDescription(), c.getXtype());
        }
        RowSequence rows = table.getRowSequence();
        while (rows.next()) {
            Object[] row = rows.getRow();
            String[] parts = new String[row.length + 1];
            parts[0] = "row";
            for (int i = 0; i < row.length; i++) {
                parts[i + 1] = text(row[i]);
            }
            line(parts);
        }
        rows.close();
    }

    /** A cell as text, floats by their bits. */
    static String text(Object cell) {
        if (cell instanceof Double) {
            double value = (Double) cell;
            return Double.isNaN(value) ? null : Long.toHexString(Double.doubleToRawLongBits(value));
        }
        if (cell instanceof Float) {
            float value = (Float) cell;
            return Float.isNaN(value) ? null : Integer.toHexString(Float.floatToRawIntBits(value));
        }
        if (cell instanceof short[]) {
            return Arrays.toString((short[]) cell);
        }
        return cell == null ? null : cell.toString();
    }

    static void line(String... parts) {
        StringBuilder line = new StringBuilder();
        for (String part : parts) {
            if (line.length() > 0) {
                line.append('\t');
            }
            line.append(part == null ? "-" : "=" + URLEncoder.encode(part, StandardCharsets.UTF_8));
        }
        System.out.println(line);
    }
}
