extension AtlasTransfer {
  /// Real facts, one line per entity: the entity, then the values of the heading's relations.
  ///
  /// An empty field is a fact that is not used; only undisputed facts are listed.
  static let tables: [(relations: [String], rows: String)] = [
    (
      ["capital", "currency", "language", "continent"],
      """
      France|Paris|euro|French|Europe
      Germany|Berlin|euro|German|Europe
      Italy|Rome|euro|Italian|Europe
      Spain|Madrid|euro|Spanish|Europe
      Portugal|Lisbon|euro|Portuguese|Europe
      Greece|Athens|euro|Greek|Europe
      Austria|Vienna|euro|German|Europe
      Finland|Helsinki|euro||Europe
      Ireland|Dublin|euro||Europe
      Belgium|Brussels|euro||Europe
      Estonia|Tallinn|euro|Estonian|Europe
      Latvia|Riga|euro|Latvian|Europe
      Lithuania|Vilnius|euro|Lithuanian|Europe
      Slovakia|Bratislava|euro|Slovak|Europe
      Slovenia|Ljubljana|euro|Slovene|Europe
      Malta|Valletta|euro||Europe
      Poland|Warsaw|zloty|Polish|Europe
      Hungary|Budapest|forint|Hungarian|Europe
      Romania|Bucharest||Romanian|Europe
      Sweden|Stockholm|Swedish krona|Swedish|Europe
      Norway|Oslo|Norwegian krone|Norwegian|Europe
      Denmark|Copenhagen|Danish krone|Danish|Europe
      Iceland|Reykjavik|Icelandic krona|Icelandic|Europe
      Switzerland|Bern|Swiss franc||Europe
      Ukraine|Kyiv|hryvnia|Ukrainian|Europe
      Albania|Tirana|lek|Albanian|Europe
      Serbia|Belgrade|Serbian dinar|Serbian|Europe
      Moldova|Chisinau|leu||Europe
      Belarus|Minsk|||Europe
      Japan|Tokyo|yen|Japanese|Asia
      China|Beijing|renminbi|Mandarin|Asia
      India|New Delhi|Indian rupee||Asia
      Pakistan|Islamabad|Pakistani rupee||Asia
      Bangladesh|Dhaka|taka|Bengali|Asia
      Nepal|Kathmandu|Nepalese rupee|Nepali|Asia
      Bhutan|Thimphu|ngultrum|Dzongkha|Asia
      Thailand|Bangkok|baht|Thai|Asia
      Vietnam|Hanoi|dong|Vietnamese|Asia
      Cambodia|Phnom Penh|riel|Khmer|Asia
      Laos|Vientiane|kip|Lao|Asia
      Malaysia|Kuala Lumpur|ringgit|Malay|Asia
      Mongolia|Ulaanbaatar|tugrik|Mongolian|Asia
      Israel||shekel|Hebrew|Asia
      Iran|Tehran|Iranian rial|Persian|Asia
      Iraq|Baghdad|Iraqi dinar||Asia
      Jordan|Amman|Jordanian dinar|Arabic|Asia
      Lebanon|Beirut|Lebanese pound|Arabic|Asia
      Syria|Damascus|||Asia
      Oman|Muscat|Omani rial|Arabic|Asia
      Qatar|Doha|Qatari riyal|Arabic|Asia
      Kuwait||Kuwaiti dinar|Arabic|Asia
      Yemen||Yemeni rial|Arabic|Asia
      Uzbekistan|Tashkent||Uzbek|Asia
      Tajikistan|Dushanbe|somoni|Tajik|Asia
      Turkmenistan|Ashgabat||Turkmen|Asia
      Egypt|Cairo|Egyptian pound|Arabic|Africa
      Libya|Tripoli|Libyan dinar|Arabic|Africa
      Tunisia|Tunis|Tunisian dinar|Arabic|Africa
      Algeria|Algiers|Algerian dinar||Africa
      Morocco|Rabat|Moroccan dirham||Africa
      Sudan|Khartoum|||Africa
      Ethiopia|Addis Ababa|birr||Africa
      Kenya|Nairobi|Kenyan shilling||Africa
      Uganda|Kampala|Ugandan shilling||Africa
      Rwanda|Kigali|Rwandan franc||Africa
      Nigeria|Abuja|naira||Africa
      Ghana|Accra|cedi||Africa
      Senegal|Dakar|||Africa
      Mali|Bamako|||Africa
      Niger|Niamey|||Africa
      Chad||||Africa
      Angola|Luanda|kwanza|Portuguese|Africa
      Mozambique|Maputo|metical|Portuguese|Africa
      Zambia|Lusaka|Zambian kwacha||Africa
      Malawi|Lilongwe|Malawian kwacha||Africa
      Botswana|Gaborone|pula||Africa
      Namibia|Windhoek|||Africa
      Madagascar|Antananarivo|ariary||Africa
      Somalia|Mogadishu|||Africa
      Liberia|Monrovia|||Africa
      Gabon|Libreville||French|Africa
      Brazil|Brasilia|real|Portuguese|South America
      Argentina|Buenos Aires|Argentine peso|Spanish|South America
      Chile|Santiago|Chilean peso|Spanish|South America
      Peru|Lima|sol||South America
      Colombia|Bogota|Colombian peso|Spanish|South America
      Venezuela|Caracas|bolivar|Spanish|South America
      Uruguay|Montevideo|Uruguayan peso|Spanish|South America
      Paraguay|Asuncion|guarani||South America
      Ecuador|Quito|||South America
      Guyana|Georgetown|Guyanese dollar||South America
      Suriname|Paramaribo||Dutch|South America
      Canada|Ottawa|Canadian dollar||North America
      Mexico|Mexico City|Mexican peso|Spanish|North America
      Cuba|Havana|Cuban peso|Spanish|North America
      Jamaica|Kingston|Jamaican dollar||North America
      Guatemala|Guatemala City|quetzal|Spanish|North America
      Honduras|Tegucigalpa|lempira|Spanish|North America
      Nicaragua|Managua|||North America
      Haiti|Port-au-Prince|gourde||North America
      Australia|Canberra|Australian dollar|English|
      Fiji|Suva|Fijian dollar||Oceania
      Samoa|Apia|tala||Oceania
      Tonga||||Oceania
      """
    ),
    (
      ["symbol", "atomicnumber"],
      """
      Hydrogen|H|1
      Helium|He|2
      Lithium|Li|3
      Beryllium|Be|4
      Boron|B|5
      Carbon|C|6
      Nitrogen|N|7
      Oxygen|O|8
      Fluorine|F|9
      Neon|Ne|10
      Sodium|Na|11
      Magnesium|Mg|12
      Silicon|Si|14
      Phosphorus|P|15
      Sulfur|S|16
      Chlorine|Cl|17
      Argon|Ar|18
      Potassium|K|19
      Calcium|Ca|20
      Scandium|Sc|21
      Titanium|Ti|22
      Vanadium|V|23
      Chromium|Cr|24
      Manganese|Mn|25
      Iron|Fe|26
      Cobalt|Co|27
      Nickel|Ni|28
      Copper|Cu|29
      Zinc|Zn|30
      Gallium|Ga|31
      Germanium|Ge|32
      Arsenic|As|33
      Selenium|Se|34
      Bromine|Br|35
      Krypton|Kr|36
      Rubidium|Rb|37
      Strontium|Sr|38
      Yttrium|Y|39
      Zirconium|Zr|40
      Niobium|Nb|41
      Molybdenum|Mo|42
      Technetium|Tc|43
      Ruthenium|Ru|44
      Rhodium|Rh|45
      Palladium|Pd|46
      Silver|Ag|47
      Cadmium|Cd|48
      Indium|In|49
      Tin|Sn|50
      Antimony|Sb|51
      Tellurium|Te|52
      Iodine|I|53
      Xenon|Xe|54
      Caesium|Cs|55
      Barium|Ba|56
      Tungsten|W|74
      Platinum|Pt|78
      Gold|Au|79
      Lead|Pb|82
      Bismuth|Bi|83
      Radon|Rn|86
      Radium|Ra|88
      Thorium|Th|90
      Uranium|U|92
      Plutonium|Pu|94
      """
    ),
    (
      ["orbit"],
      """
      Mercury|1
      Venus|2
      Earth|3
      Mars|4
      Jupiter|5
      Saturn|6
      Uranus|7
      Neptune|8
      """
    ),
    (
      ["mouth"],
      """
      Nile|Mediterranean Sea
      Amazon|Atlantic Ocean
      Danube|Black Sea
      Volga|Caspian Sea
      Rhine|North Sea
      Elbe|North Sea
      Thames|North Sea
      Vistula|Baltic Sea
      Oder|Baltic Sea
      Mississippi|Gulf of Mexico
      Congo|Atlantic Ocean
      Ganges|Bay of Bengal
      Indus|Arabian Sea
      Rhone|Mediterranean Sea
      Ebro|Mediterranean Sea
      Dnieper|Black Sea
      Loire|Atlantic Ocean
      Po|Adriatic Sea
      Zambezi|Indian Ocean
      Columbia|Pacific Ocean
      Colorado|Gulf of California
      Ural|Caspian Sea
      """
    ),
    (
      ["range"],
      """
      Mount Everest|Himalayas
      Annapurna|Himalayas
      Aconcagua|Andes
      Chimborazo|Andes
      Denali|Alaska Range
      Elbrus|Caucasus
      Matterhorn|Alps
      Mont Blanc|Alps
      Eiger|Alps
      Zugspitze|Alps
      Aneto|Pyrenees
      Toubkal|Atlas Mountains
      Moldoveanu|Carpathians
      """
    ),
    (
      ["author", "published"],
      """
      Hamlet|William Shakespeare|
      Macbeth|William Shakespeare|
      Othello|William Shakespeare|
      Moby Dick|Herman Melville|1851
      Don Quixote|Miguel de Cervantes|
      Emma|Jane Austen|
      Persuasion|Jane Austen|
      Ulysses|James Joyce|1922
      Dracula|Bram Stoker|1897
      Frankenstein|Mary Shelley|1818
      Faust|Johann Wolfgang von Goethe|
      Candide|Voltaire|1759
      Anna Karenina|Leo Tolstoy|
      Oliver Twist|Charles Dickens|
      David Copperfield|Charles Dickens|
      Jane Eyre|Charlotte Bronte|1847
      Wuthering Heights|Emily Bronte|1847
      Middlemarch|George Eliot|
      Madame Bovary|Gustave Flaubert|
      Les Miserables|Victor Hugo|
      Walden|Henry David Thoreau|1854
      Leviathan|Thomas Hobbes|1651
      Utopia|Thomas More|
      Ivanhoe|Walter Scott|
      Treasure Island|Robert Louis Stevenson|1883
      Animal Farm|George Orwell|1945
      Lolita|Vladimir Nabokov|1955
      Siddhartha|Hermann Hesse|1922
      Robinson Crusoe|Daniel Defoe|1719
      Tartuffe|Moliere|
      Iliad|Homer|
      Odyssey|Homer|
      Aeneid|Virgil|
      Decameron|Giovanni Boccaccio|
      """
    ),
    (
      ["seat", "founder"],
      """
      Microsoft|Redmond|
      Intel|Santa Clara|
      Siemens|Munich|
      Nokia|Espoo|
      Toyota|Toyota City|
      Volkswagen|Wolfsburg|
      Ikea||Ingvar Kamprad
      Nintendo|Kyoto|
      Nestle|Vevey|Henri Nestle
      Bosch|Gerlingen|Robert Bosch
      Bayer|Leverkusen|
      Audi|Ingolstadt|
      Ford||Henry Ford
      Dyson||James Dyson
      """
    ),
    (
      ["birthplace", "birthyear", "profession"],
      """
      Albert Einstein|Ulm|1879|physicist
      Wolfgang Amadeus Mozart|Salzburg|1756|composer
      Ludwig van Beethoven|Bonn|1770|composer
      Charles Darwin|Shrewsbury|1809|
      Marie Curie|Warsaw|1867|physicist
      Immanuel Kant||1724|philosopher
      Johann Sebastian Bach|Eisenach|1685|composer
      Leonardo da Vinci|Vinci|1452|painter
      Vincent van Gogh|Zundert|1853|painter
      Pablo Picasso|Malaga|1881|painter
      Galileo Galilei|Pisa|1564|physicist
      Mahatma Gandhi|Porbandar|1869|lawyer
      Napoleon Bonaparte|Ajaccio|1769|
      Karl Marx|Trier|1818|philosopher
      Sigmund Freud||1856|
      Niels Bohr|Copenhagen|1885|physicist
      Max Planck|Kiel|1858|physicist
      Frederic Chopin||1810|composer
      Ada Lovelace|London|1815|
      Alan Turing|London|1912|
      Michael Faraday||1791|physicist
      James Watt|Greenock|1736|
      Abraham Lincoln||1809|lawyer
      Rembrandt|Leiden|1606|painter
      Salvador Dali|Figueres|1904|painter
      Claude Monet|Paris|1840|painter
      Giuseppe Verdi||1813|composer
      Johannes Brahms|Hamburg|1833|composer
      """
    ),
  ]
}
