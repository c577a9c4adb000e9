#include "services/kit/docs/joining/join.hpp"
#include "services/kit/json/yaml.hpp"

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>

namespace {

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace

/// join_openapi OUT SERVICE FILE [SERVICE FILE]...: the services' openapi.yaml as one JSON document. Run by
/// the build, so that nothing need be parsed or joined when the service starts.
int main(int argc, char** argv) try {
  if (argc < 4 || argc % 2 != 0) {
    std::fputs("usage: join_openapi OUT SERVICE FILE [SERVICE FILE]...\n", stderr);
    return 64;
  }
  std::vector<kit::docs::Part> parts;
  for (int i = 2; i < argc; i += 2) {
    const auto documents = kit::json::parse_yaml(read(argv[i + 1]), argv[i + 1]);
    parts.push_back({argv[i], documents.at(0)});
  }
  write(argv[1], kit::docs::join(parts, "Shopkeeper", SHOPKEEPER_VERSION).dump());
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "join_openapi: %s\n", e.what());
  return 1;
}
