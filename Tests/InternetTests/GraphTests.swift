import Internet
import Net
import Testing

@Suite("The AS graph")
struct GraphTests {
    @Test("x") func x() throws {}
}
