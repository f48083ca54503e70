fn main() {
    cxx_build::bridge("src/lib.rs").include("../../..").std("c++23").compile("playhead_cql_bridge");
    for file in ["src/lib.rs", "../cql_answer.h"] {
        println!("cargo:rerun-if-changed={file}");
    }
}
