#include "operator/kube/watch/packed.hpp"

#include <zlib.h>

#include <stdexcept>
#include <vector>

namespace kube {

namespace {

/// 16 KiB, so that the compressor's state has 100 KB and is copied in microseconds.
constexpr int kWindowBits = 14;
constexpr int kMemoryLevel = 6;
constexpr int kLevel = 6;
constexpr std::size_t kDictionarySize = (std::size_t{1} << kWindowBits) - 512;
/// The first byte of a packed text.
constexpr char kPlain = 'p', kWithDictionary = 'd';

Bytef* bytes(const char* text) {
  // zlib reads its input and dictionary only.
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

void check(int result, const char* what) {
  if (result != Z_OK && result != Z_STREAM_END) {
    throw std::runtime_error(std::string("zlib: ") + what + " failed with " + std::to_string(result));
  }
}

/// A compressor's state, ended with its scope.
class Deflater {
 public:
  explicit Deflater(z_stream& of) { check(deflateCopy(&stream_, &of), "deflateCopy"); }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string run(char kind, const std::string& plain) {
    std::string out(deflateBound(&stream_, plain.size()) + 1, kind);
    stream_.next_in = bytes(plain.data());
    stream_.avail_in = static_cast<uInt>(plain.size());
    stream_.next_out = bytes(out.data() + 1);
    stream_.avail_out = static_cast<uInt>(out.size() - 1);
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib: deflate failed");
    return {out.data(), out.size() - stream_.avail_out};
  }

 private:
  z_stream stream_{};
};

std::unique_ptr<z_stream> new_deflater() {
  auto stream = std::make_unique<z_stream>();
  // Negative: without zlib's header and checksum, since the text never leaves the process.
  check(deflateInit2(stream.get(), kLevel, Z_DEFLATED, -kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY),
        "deflateInit2");
  return stream;
}

}  // namespace

Packer::Packer() : plain_(new_deflater()) {}

Packer::~Packer() {
  deflateEnd(plain_.get());
  if (primed_) deflateEnd(primed_.get());
}

void Packer::learn(const std::string& plain) {
  dictionary_.append(plain, 0, kDictionarySize - dictionary_.size());
  if (dictionary_.size() < kDictionarySize) return;
  complete_ = true;
  primed_ = new_deflater();
  check(deflateSetDictionary(primed_.get(), bytes(dictionary_.data()), static_cast<uInt>(dictionary_.size())),
        "deflateSetDictionary");
}

std::string Packer::pack(const Object& object) {
  std::string plain;
  Object::to_cbor(object, plain);
  if (complete_) return Deflater(*primed_).run(kWithDictionary, plain);
  auto out = Deflater(*plain_).run(kPlain, plain);
  learn(plain);
  return out;
}

Object Packer::unpack(const std::string& packed) const {
  z_stream stream{};
  check(inflateInit2(&stream, -kWindowBits), "inflateInit2");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  if (packed.at(0) == kWithDictionary) {
    check(inflateSetDictionary(&stream, bytes(dictionary_.data()), static_cast<uInt>(dictionary_.size())),
          "inflateSetDictionary");
  }
  stream.next_in = bytes(packed.data() + 1);
  stream.avail_in = static_cast<uInt>(packed.size() - 1);
  std::string plain;
  std::vector<char> part(16'384);
  int result = Z_OK;
  while (result != Z_STREAM_END) {
    stream.next_out = bytes(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    result = inflate(&stream, Z_NO_FLUSH);
    check(result, "inflate");
    plain.append(part.data(), part.size() - stream.avail_out);
  }
  return Object::from_cbor(plain);
}

}  // namespace kube
