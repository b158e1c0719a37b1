import TLS
import Testing
