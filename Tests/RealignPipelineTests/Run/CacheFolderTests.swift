import RealignPipeline
import Testing

@Suite("Folder of caches")
struct CacheFolderTests {
  @Test("XDG_CACHE_HOME comes before the home's .cache; without either there is none")
  func order() {
    #expect(CacheFolder.user(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x")
    #expect(CacheFolder.user(["XDG_CACHE_HOME": "", "HOME": "/h"]) == "/h/.cache")
    #expect(CacheFolder.user([:]) == nil)
  }
}
