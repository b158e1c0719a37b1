import Testing

@Suite("The layers")
struct LayerTests {
    let manifest: Manifest
    let own: Set<String>

    init() throws {
        manifest = try Manifest.load()
        own = Set(manifest.targets.map(\.name))
    }

    @Test("the manifest is read: every layer from 0 to 7 has targets")
    func everyLayerHasTargets() {
        #expect(Set(manifest.targets.compactMap(\.layer)) == Set(0...7))
        #expect(manifest["Net"]?.kind == .engine)
        #expect(manifest["Site"]?.kind == .shell)
        #expect(manifest["CLinux"]?.kind == .c)
    }

    @Test("a target depends on lower layers only, never on its own")
    func lowerLayersOnly() throws {
        for target in manifest.targets {
            guard let layer = target.layer else { continue }
            for name in target.dependencies {
                let below = try #require(manifest[name]?.layer, "\(target.name) depends on \(name), which has no layer")
                #expect(below < layer, "\(target.name) of layer \(layer) depends on \(name) of layer \(below)")
            }
        }
    }

    @Test("an engine depends on no shell")
    func enginesKnowNoShell() {
        for target in manifest.targets where target.kind == .engine && target.layer != nil {
            let shells = target.dependencies.filter { manifest[$0]?.kind == .shell }
            #expect(shells.isEmpty, "\(target.name) is an engine")
        }
    }

    @Test("a target imports what it declares, and declares nothing else")
    func importsAreDeclared() throws {
        for target in manifest.layered {
            let imported = Set(try Source.all(of: target.name).flatMap(\.imports)).intersection(own)
            let declared = Set(target.dependencies)
            #expect(imported.subtracting(declared).sorted() == [], "\(target.name) imports what it doesn't declare")
            #expect(declared.subtracting(imported).sorted() == [], "\(target.name) declares what it doesn't import")
        }
    }

    @Test("an engine imports nothing of the system but Glibc")
    func enginesArePure() throws {
        for target in manifest.layered where target.kind == .engine {
            for source in try Source.all(of: target.name) {
                // An atomic that nobody uses keeps the compiler from copying a RIB (`Pin`).
                let allowed = source.path.hasSuffix("/Pin.swift") ? ["Glibc", "Synchronization"] : ["Glibc"]
                let foreign = source.imports.filter { !own.contains($0) && !allowed.contains($0) }
                #expect(foreign.isEmpty, "\(source.path)")
            }
        }
    }

    @Test("a shell imports no more of Foundation than its essentials")
    func shellsStaySmall() throws {
        for target in manifest.layered where target.kind == .shell {
            for source in try Source.all(of: target.name) {
                let all = source.imports.filter { $0.hasPrefix("Foundation") && $0 != "FoundationEssentials" }
                #expect(all.isEmpty, "\(source.path)")
            }
        }
    }

    @Test(
        "each C module has the importers that are meant for it",
        arguments: [
            ("CLinux", ["Kernel", "Loop"]), ("CSSL", ["Digest", "TLS"]), ("CYAML", ["YAML"]), ("CGeo", ["Geo"]),
            ("CZlib", ["Files"]), ("CBzip2", ["Files"]),
        ])
    func fencedModules(module: String, importers: [String]) {
        let found = manifest.targets.filter { $0.layer != nil && $0.dependencies.contains(module) }.map(\.name)
        #expect(found.sorted() == importers, "importers of \(module)")
    }
}
